/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/keys.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define AT(field) offsetof(struct config, field)

/* In the order in which parley.conf shows them. */
const struct config_section config_sections[] = {
    {"server", "The server itself."},
    {"operator", "Who runs this server. The privacy policy names the operator with these words."},
    {"listen", "Where clients connect."},
    {"tls", "The certificate of https addresses. It is read again on SIGHUP."},
    {"proxy", "A reverse proxy in front of the server."},
    {"registration", "Making accounts."},
    {"accounts", "Ending accounts, and how long apps stay signed in."},
    {"limits", "How much one person, or one address where nobody is signed in, may ask for. A rate is written N/min "
               "burst M: M at once, and N "
               "more each minute."},
    {"media", "Pictures and files."},
    {"rooms", "Rooms."},
    {"turn", "Relays for calls: TURN servers that share a secret with this one, such as coturn with use-auth-secret."},
    {"previews", "What a page is about that somebody links to, shown below the message (docs/rooms.md)."},
    {"presence", "Showing who is online."},
    {"push", "Telling apps that something is new while they are closed."},
    {"notices", "What the operator tells people in the server's own name (`parley admin notice send`)."},
    {"appservices", "Application services: bridges and bots beside the server (docs/appservices.md)."},
    {"outbox", "Messages that leave by SMS or e-mail."},
    {"sms", "Text messages."},
    {"email", "E-mail: codes and links to the addresses people give their accounts."},
    {"http", "Bounds of a single HTTP request."},
    {"search", "Searching messages."},
    {"cache", "Memory."},
    {"web", "The web app."},
    {"policy", "The privacy policy."},
    {"metrics", "Figures for Prometheus, on a listener of their own."},
    {"log", "What is written to standard error. Logs hold no personal data at any level."},
};
const size_t config_section_count = sizeof config_sections / sizeof *config_sections;

const struct config_key config_keys[] = {
    {"server", "name", CONFIG_NAME, AT(server.name), "localhost",
     .help =
         "The part behind the colon in user names such as @ada:example.org. It cannot be changed once the server has "
         "been started."},
    {"server", "public_url", CONFIG_URL, AT(server.public_url), "",
     .help = "The address at which people reach the server, as it appears in links and text messages. When empty: the "
             "first listen address."},
    {"server", "data", CONFIG_TEXT, AT(server.data), "data",
     .help = "The folder of the stores, keys, media and the outbox. `--data` sets it too."},
    {"server", "region", CONFIG_TEXT, AT(server.region), "",
     .help = "The country or region in which all data stays, as the policy states it."},
    {"server", "user", CONFIG_TEXT, AT(server.user), "",
     .help =
         "The system user to become when started as root. When empty, a server started as root stays root and warns."},
    {"server", "workers", CONFIG_NUMBER, AT(server.workers), "0", 0, 256,
     .help = "Threads that serve connections. 0: one per processor core."},
    {"server", "slow_workers", CONFIG_NUMBER, AT(server.slow_workers), "0", 0, 256,
     .help = "Threads for password hashing and image work. 0: one per processor core."},
    {"server", "drain_time", CONFIG_DURATION, AT(server.drain_time), "10 s", 0, 10 * MINUTE,
     .help = "How long requests under way may take to finish when the server is stopped."},

    {"operator", "name", CONFIG_TEXT, AT(operator.name), "", .help = "Name of the person or company."},
    {"operator", "email", CONFIG_TEXT, AT(operator.email), "", .help = "Address for questions and complaints."},
    {"operator", "officer_email", CONFIG_TEXT, AT(operator.officer_email), "",
     .help = "Address of the data-protection officer. When empty: operator.email."},
    {"operator", "phone", CONFIG_TEXT, AT(operator.phone), "", .help = "Telephone number."},
    {"operator", "address", CONFIG_TEXT, AT(operator.address), "", .help = "Postal address, in one line."},
    {"operator", "court", CONFIG_TEXT, AT(operator.court), "", .help = "The court that decides disputes."},
    {"operator", "law", CONFIG_TEXT, AT(operator.law), "", .help = "The law that governs the policy."},

    {"listen", "address", CONFIG_URLS, AT(listen.urls), "http://localhost:8008, https://localhost:8443",
     .help = "Plain http is accepted on addresses of this machine only, or behind a declared proxy. `--listen` sets it "
             "too, and replaces what is written here."},

    {"tls", "certificate", CONFIG_TEXT, AT(tls.certificate), "",
     .help = "PEM file with the certificate and its chain. When empty, a self-signed one is made in the data folder: "
             "browsers will warn."},
    {"tls", "key", CONFIG_TEXT, AT(tls.key), "", .help = "PEM file with the certificate's private key."},

    {"proxy", "trusted", CONFIG_ADDRESSES, AT(proxy.trusted), "",
     .help =
         "Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Naming one permits "
         "plain http on other than loopback addresses."},

    {"registration", "open", CONFIG_BOOL, AT(registration.open), "yes",
     .help = "Whether people can make accounts themselves."},
    {"registration", "token_required", CONFIG_BOOL, AT(registration.token_required), "no",
     .help = "Whether it also takes a registration token, made with `parley admin token create`."},
    {"registration", "shared_secret_file", CONFIG_TEXT, AT(registration.shared_secret_file), "",
     .help =
         "File whose first line is a secret that makes accounts, administrators included, at "
         "/_synapse/admin/v1/register, where `register_new_matrix_user` and the tools of bridges ask for them. When "
         "empty, nothing is there."},
    {"registration", "guests", CONFIG_BOOL, AT(registration.guests), "no",
     .help =
         "Whether people may come as guests: without a name, a password and a number, into groups that admit guests. "
         "They agree to the policy first, like everybody. The built-in policy says that posting needs a proven "
         "number: admit guests only with a policy of your own (policy.root) that says something else."},
    {"registration", "dummy", CONFIG_BOOL, AT(registration.dummy), "no",
     .help = "Offers registration without a phone number (m.login.dummy). For tests only: such accounts are not "
             "verified."},

    {"accounts", "cancel_interval", CONFIG_DURATION, AT(accounts.cancel_interval), "14 d", 0, 90 * 24 * HOUR,
     .help =
         "How long a cancelled account can be had back by signing in. Then everything of it is erased, which nothing "
         "can undo. People are told this interval before they cancel."},

    {"accounts", "guest_idle", CONFIG_DURATION, AT(accounts.guest_idle), "30 d", SECOND, 365 * 24 * HOUR,
     .help = "A guest who has not come by for so long is erased. When somebody was last here is written down every few "
             "minutes: give it an hour at least."},

    {"accounts", "token_lifetime", CONFIG_DURATION, AT(accounts.token_lifetime), "1 h", SECOND, 30 * 24 * HOUR,
     .help = "How long an access token is good for that the app can refresh. Apps that cannot are signed in until they "
             "sign out."},
    {"accounts", "password_memory", CONFIG_SIZE, AT(accounts.password_memory), "64 MiB", 19 * MIB, GIB,
     .help = "Memory that hashing a password takes, twice gone through (Argon2id). More makes guessing dearer to who "
             "got hold of the hashes, and signing in slower. OWASP asks for 19 MiB. A password set before keeps what "
             "it was made with."},

    {"limits", "enabled", CONFIG_BOOL, AT(limits.enabled), "yes",
     .help = "Switches every rate below off, and the limit of connections per address. For tests on one machine."},
    {"limits", "read", CONFIG_RATE, AT(limits.read), "6000/min burst 600", .help = "A user's reading requests."},
    {"limits", "message", CONFIG_RATE, AT(limits.message), "300/min burst 60", .help = "A user's messages."},
    {"limits", "write", CONFIG_RATE, AT(limits.write), "300/min burst 100",
     .help = "A user's other changes: rooms, invites, settings."},
    {"limits", "login", CONFIG_RATE, AT(limits.login), "10/min burst 10",
     .help = "Sign-in attempts, per address and per account."},
    {"limits", "search", CONFIG_RATE, AT(limits.search), "120/min burst 30", .help = "A user's searches of messages."},
    {"limits", "media", CONFIG_RATE, AT(limits.media), "60/min burst 30", .help = "A user's uploads."},
    {"limits", "codes_per_number", CONFIG_NUMBER, AT(limits.codes_per_number), "5", 1, 1000,
     .help = "Verification codes sent to one phone number in an hour."},
    {"limits", "codes_per_address", CONFIG_NUMBER, AT(limits.codes_per_address), "20", 1, 100000,
     .help = "Verification codes asked for from one address in an hour."},
    {"limits", "invites_per_account", CONFIG_NUMBER, AT(limits.invites_per_account), "20", 1, 10000,
     .help = "Invites one account may make in a day to phone numbers and e-mail addresses, whose owners are then sent "
             "a message."},
    {"limits", "invites_per_number", CONFIG_NUMBER, AT(limits.invites_per_number), "3", 1, 1000,
     .help = "Messages about invites sent to one phone number or e-mail address in a day, whoever invites."},
    {"limits", "connections", CONFIG_NUMBER, AT(limits.connections), "100000", 10, 10000000,
     .help = "Connections in all."},
    {"limits", "connections_per_address", CONFIG_NUMBER, AT(limits.connections_per_address), "200", 1, 10000000,
     .help = "Connections from one address at a time."},

    {"media", "max_upload_bytes", CONFIG_SIZE, AT(media.max_upload_bytes), "50 MiB", KIB, 10 * GIB,
     .help = "The largest file that may be uploaded."},
    {"media", "max_user_bytes", CONFIG_SIZE, AT(media.max_user_bytes), "5 GiB", KIB, 1024 * 1024 * GIB,
     .help = "All files of one account together. The same file sent again counts once."},
    {"media", "max_user_files_day", CONFIG_NUMBER, AT(media.max_user_files_day), "2000", 1, 10000000,
     .help = "How many files one account may upload within a day."},
    {"media", "max_announced", CONFIG_NUMBER, AT(media.max_announced), "50", 1, 10000,
     .help = "How many files one account may announce (`POST /media/v1/create`) before it has uploaded them. What is "
             "announced and not uploaded within a day is forgotten."},

    {"rooms", "default_version", CONFIG_WORD, AT(rooms.default_version), "12", .choices = "1|2|3|4|5|6|7|8|9|10|11|12",
     .help = "The version of rooms whose maker does not ask for one."},
    {"rooms", "encryption", CONFIG_WORD, AT(rooms.encryption), "private", .choices = "private|off",
     .help =
         "Which rooms are end-to-end encrypted from their beginning, whatever app makes them. private: groups nobody "
         "can join uninvited, and direct chats. off: those whose maker's app says so, as the web app does for these."},
    {"rooms", "delay_max", CONFIG_DURATION, AT(rooms.delay_max), "30 d", SECOND, 366 * 24 * HOUR,
     .help = "How long ahead an event may be scheduled (delayed events, MSC4140)."},
    {"rooms", "delayed_per_user", CONFIG_NUMBER, AT(rooms.delayed_per_user), "100", 1, 100000,
     .help = "Events one person may have scheduled at a time."},
    {"rooms", "retention_default", CONFIG_DURATION, AT(rooms.retention_default), "0 ms", 0, 100 * 365 * 24 * HOUR,
     .help = "How long messages stay in rooms that say nothing about it (m.room.retention). 0 ms: for good. What is "
             "older is shown to nobody and removed."},
    {"rooms", "retention_min", CONFIG_DURATION, AT(rooms.retention_min), "0 ms", 0, 100 * 365 * 24 * HOUR,
     .help = "Messages stay at least so long, whatever a room says. 0 ms: a room may be as forgetful as it likes."},
    {"rooms", "retention_max", CONFIG_DURATION, AT(rooms.retention_max), "0 ms", 0, 100 * 365 * 24 * HOUR,
     .help =
         "Messages stay at most so long in any room, also in those that say nothing. 0 ms: for good, where the room "
         "does not say otherwise."},

    {"turn", "uris", CONFIG_TURN_URIS, AT(turn.uris), "",
     .help = "Where the relays are. When empty, calls connect directly or not at all."},
    {"turn", "secret_file", CONFIG_TEXT, AT(turn.secret_file), "",
     .help = "File whose first line is the secret shared with the relays. It is read when the server starts."},
    {"turn", "lifetime", CONFIG_DURATION, AT(turn.lifetime), "1 d", MINUTE, 7 * 24 * HOUR,
     .help = "How long a credential handed to a client is good for."},

    {"previews", "allow", CONFIG_HOSTS, AT(previews.allow), "",
     .help =
         "Hosts whose pages may be asked, and the hosts of their pictures: example.org, *.example.org for those below "
         "it, with a port as in example.org:8443; * for any. Only addresses of the public internet are asked. Without "
         "any there are no previews, whatever the rooms allow."},
    {"previews", "internal", CONFIG_HOSTS, AT(previews.internal), "",
     .help =
         "Hosts of the operator's own network whose pages may be asked too, at private addresses. Everybody with an "
         "account can have any page of theirs asked for."},

    {"presence", "enabled", CONFIG_BOOL, AT(presence.enabled), "yes",
     .help = "Whether people who share a room see when the other is online."},

    {"notices", "user", CONFIG_TEXT, AT(notices.user), "_parley",
     .help = "The account that notices are from: the part of its name before the colon. It is made with the first "
             "notice, and nobody signs in to it. Begin it with _, as no name of a person does."},

    {"appservices", "files", CONFIG_FILES, AT(appservices.files), "",
     .help = "The services' registration files, in YAML as each service makes its own. They are read again on SIGHUP. "
             "Whoever can read them can act as the services: keep them to this server's user."},

    {"outbox", "file", CONFIG_TEXT, AT(outbox.file), "",
     .help = "File of the built-in outbox: one JSON object a line with channel, recipient, text and, of e-mail, "
             "subject. When empty: "
             "outbox.jsonl in the data folder."},

    {"sms", "provider", CONFIG_WORD, AT(sms.provider), "outbox", .choices = "outbox",
     .help = "Who delivers text messages. `outbox` delivers nothing: they are read on the operator's page and in "
             "outbox.file."},

    {"email", "server", CONFIG_TEXT, AT(email.server), "",
     .help =
         "The mail server that takes e-mails: smtp://mail.example.org:587, which must offer STARTTLS unless it is "
         "this machine, or smtps://mail.example.org:465. When empty, e-mails are read on the operator's page and in "
         "outbox.file."},
    {"email", "from", CONFIG_TEXT, AT(email.from), "",
     .help = "The address e-mails come from, such as no-reply@example.org. operator.name stands before it."},
    {"email", "user", CONFIG_TEXT, AT(email.user), "", .help = "The account at the mail server, if it wants one."},
    {"email", "password_file", CONFIG_TEXT, AT(email.password_file), "",
     .help = "File whose first line is that account's password. It is read when the server starts."},
    {"email", "authorities", CONFIG_TEXT, AT(email.authorities), "",
     .help =
         "PEM file with the certificates of those who vouch for the mail server. When empty: the system's. With it, "
         "a mail server on this machine must offer STARTTLS as well."},
    {"email", "timeout", CONFIG_DURATION, AT(email.timeout), "30 s", SECOND, 10 * MINUTE,
     .help = "How long the mail server may take for one e-mail. What it did not take is tried again for half an hour."},
    {"email", "next_links", CONFIG_ORIGINS, AT(email.next_links), "",
     .help = "Where else than to server.public_url a client may have people led after they confirmed an address, such "
             "as https://app.example.org."},

    {"push", "gateways", CONFIG_ORIGINS, AT(push.gateways), "",
     .help = "Push gateways and push services on networks of your own, such as http://10.0.0.7:5000. Only these may be "
             "reached by plain http or at addresses that are not of the public internet."},
    {"push", "timeout", CONFIG_DURATION, AT(push.timeout), "15 s", SECOND, 2 * MINUTE,
     .help = "How long a push gateway or push service may take for one notice."},
    {"push", "first_pause", CONFIG_DURATION, AT(push.first_pause), "1 s", 10, HOUR,
     .help =
         "How long one that did not take a notice is left alone before it is asked again. Doubled with each failure "
         "in a row; up to half of it is chance."},
    {"push", "longest_pause", CONFIG_DURATION, AT(push.longest_pause), "1 h", 10, 24 * HOUR,
     .help = "The longest that pause becomes."},
    {"push", "give_up", CONFIG_DURATION, AT(push.give_up), "1 d", SECOND, 2 * 24 * HOUR,
     .help = "A notice that nobody has taken for so long is not sent any more."},

    {"http", "head_size", CONFIG_SIZE, AT(http.head_size), "32 KiB", 4 * KIB, MIB,
     .help = "The largest request line with headers."},
    {"http", "head_timeout", CONFIG_DURATION, AT(http.head_timeout), "10 s", SECOND, HOUR,
     .help = "Time for the head of a request, from its first byte."},
    {"http", "body_timeout", CONFIG_DURATION, AT(http.body_timeout), "30 s", SECOND, HOUR,
     .help = "Time for the body of a request; each MiB of it adds 10 s."},
    {"http", "idle_timeout", CONFIG_DURATION, AT(http.idle_timeout), "75 s", SECOND, 24 * HOUR,
     .help = "How long a connection may stay open without a request."},
    {"http", "write_timeout", CONFIG_DURATION, AT(http.write_timeout), "30 s", SECOND, HOUR,
     .help = "How long a client may take nothing of a reply."},

    {"search", "index_interval", CONFIG_DURATION, AT(search.index_interval), "5 s", 10, 10 * MINUTE,
     .help = "How long messages wait to be put into the search index together, which costs each of them less. They are "
             "found meanwhile. When very many come, they do not wait."},

    {"cache", "bytes", CONFIG_SIZE, AT(cache.bytes), "256 MiB", MIB, 1024 * GIB,
     .help = "Memory for rooms and keys that are kept at hand."},

    {"web", "root", CONFIG_TEXT, AT(web.root), "",
     .help = "Folder of the built web app. When empty: the one that came with the program, if there is one."},

    {"policy", "root", CONFIG_TEXT, AT(policy.root), "",
     .help = "Folder of the policy's texts, with a versions.json. When empty: those built into the program."},

    {"metrics", "listen", CONFIG_URL_OFF, AT(metrics.listen), "http://127.0.0.1:9464",
     .help = "A loopback address, or off."},

    {"log", "level", CONFIG_CHOICE, AT(log.level), "info", .choices = "debug|info|warn|error",
     .help = "The least important lines to write."},
    {"log", "format", CONFIG_CHOICE, AT(log.format), "auto", .choices = "auto|text|json",
     .help = "auto: text on a terminal, else JSON."},
};
const size_t config_key_count = sizeof config_keys / sizeof *config_keys;

const struct config_key *config_key_find(str section, str name)
{
    for (size_t i = 0; i < config_key_count; i++) {
        if (str_eq(section, str_of(config_keys[i].section)) && str_eq(name, str_of(config_keys[i].name)))
            return &config_keys[i];
    }
    return NULL;
}
