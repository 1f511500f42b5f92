/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/smtp_provider.h"

#include "base/container.h"
#include "base/log.h"
#include "crypto/crypto.h"
#include "notify/mail.h"
#include "outgoing/curl_lib.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CONNECT_MS = 10 * 1000 };

struct smtp_provider {
    struct provider provider;
    struct arena arena; /* of the settings */
    struct smtp_settings settings;
    const char *url, *user, *password, *from, *authorities; /* the same, for libcurl */
    atomic_bool stopping;
    const struct curl_lib *lib;
    CURL *easy; /* with the first message; keeps its connection for the next */
};

/* One message on its way. */
struct letter {
    struct smtp_provider *self;
    str rest;
    bool begun; /* the server wanted its text: a refusal from then on is of the message */
};

/* ---- libcurl's callbacks ---- */

static size_t give_text(char *to, size_t one, size_t most, void *arg)
{
    struct letter *letter = arg;
    str part = str_head(letter->rest, one * most);
    letter->begun = true;
    memcpy(to, part.ptr, part.len);
    letter->rest = str_skip(letter->rest, part.len);
    return part.len;
}

/* Nobody waits for a mail server that is slow when the server stops: the message is tried again at its next start. */
static int go_on(void *arg, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    const struct letter *letter = arg;
    (void)down_total;
    (void)down;
    (void)up_total;
    (void)up;
    return letter->self->stopping;
}

/* ---- one message ---- */

static enum rc open_easy(struct smtp_provider *self)
{
    const struct smtp_settings *settings = &self->settings;
    TRY(curl_lib_get(&self->lib));
    CURL *easy = self->lib->curl_easy_init();
    if (!easy)
        return RC_NOMEM;
    self->lib->curl_easy_setopt(easy, CURLOPT_URL, self->url);
    self->lib->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    self->lib->curl_easy_setopt(easy, CURLOPT_PROXY, "");
    self->lib->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    self->lib->curl_easy_setopt(easy, CURLOPT_USE_SSL, settings->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE);
    self->lib->curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*self->authorities)
        self->lib->curl_easy_setopt(easy, CURLOPT_CAINFO, self->authorities);
    if (*self->user) {
        self->lib->curl_easy_setopt(easy, CURLOPT_USERNAME, self->user);
        self->lib->curl_easy_setopt(easy, CURLOPT_PASSWORD, self->password);
    }
    self->lib->curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)settings->timeout_ms);
    self->lib->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                (long)(settings->timeout_ms < CONNECT_MS ? settings->timeout_ms : CONNECT_MS));
    self->lib->curl_easy_setopt(easy, CURLOPT_MAIL_FROM, self->from);
    self->lib->curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    self->lib->curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_text);
    self->lib->curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    self->lib->curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
    self->easy = easy;
    return RC_OK;
}

/* A code of 5xx says never (RFC 5321 section 4.2.1). Before the message is spoken of, it is about the server's
 * greeting, encryption or the password, which may be put right. */
static enum rc judge(const struct letter *letter, CURLcode code)
{
    const struct smtp_provider *self = letter->self;
    long status = 0;
    if (code == CURLE_OK)
        return RC_OK;
    self->lib->curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    log_event(LOG_WARN, "the mail server did not take a message", LOG_INT("status", status), LOG_INT("result", code));
    bool of_message = letter->begun || code == CURLE_SEND_ERROR;
    return of_message && status >= 500 && status < 600 ? RC_FORBIDDEN : RC_IO;
}

static enum rc send_text(struct smtp_provider *self, const char *to, str text)
{
    struct letter letter = {.self = self, .rest = text};
    struct curl_slist *recipients = self->lib->curl_slist_append(NULL, to);
    if (!recipients)
        return RC_NOMEM;
    self->lib->curl_easy_setopt(self->easy, CURLOPT_MAIL_RCPT, recipients);
    self->lib->curl_easy_setopt(self->easy, CURLOPT_READDATA, &letter);
    self->lib->curl_easy_setopt(self->easy, CURLOPT_XFERINFODATA, &letter);
    enum rc rc = judge(&letter, self->lib->curl_easy_perform(self->easy));
    self->lib->curl_easy_setopt(self->easy, CURLOPT_MAIL_RCPT, NULL);
    self->lib->curl_slist_free_all(recipients);
    return rc;
}

static enum rc deliver(struct provider *provider, const struct outgoing *message)
{
    struct smtp_provider *self = CONTAINER_OF(provider, struct smtp_provider, provider);
    struct strbuf text = STRBUF_INIT;
    struct arena arena = ARENA_INIT;
    const struct mail mail = {.from_name = self->settings.from_name,
                              .from = self->settings.from,
                              .to = message->recipient,
                              .subject = message->subject,
                              .text = message->text,
                              .id = message->key,
                              .language = message->language,
                              .date_ms = message->created_ms};
    if (!self->easy)
        TRY(open_easy(self));
    mail_write(&text, &mail);
    const char *to = arena_printf(&arena, "<%.*s>", STR_ARG(message->recipient)).ptr;
    enum rc rc = send_text(self, to, strbuf_str(&text));
    crypto_wipe(text.ptr, text.len);
    strbuf_fini(&text);
    arena_fini(&arena);
    return rc;
}

/* ---- its life ---- */

static void stop(struct provider *provider)
{
    CONTAINER_OF(provider, struct smtp_provider, provider)->stopping = true;
}

static void provider_free(struct provider *provider)
{
    struct smtp_provider *self = CONTAINER_OF(provider, struct smtp_provider, provider);
    if (self->easy)
        self->lib->curl_easy_cleanup(self->easy);
    crypto_wipe((char *)self->password, strlen(self->password));
    arena_fini(&self->arena);
    free(self);
}

struct provider *smtp_provider_new(const struct smtp_settings *settings)
{
    struct smtp_provider *self = xcalloc(1, sizeof *self);
    struct arena *arena = &self->arena;
    arena_init(arena);
    self->provider = (struct provider){.deliver = deliver, .stop = stop, .free = provider_free};
    self->settings = *settings;
    self->settings.from_name = arena_dup(arena, settings->from_name);
    self->settings.from = arena_dup(arena, settings->from);
    /* libcurl greets with what stands behind the host. */
    self->url = arena_printf(arena, "%.*s/%.*s", STR_ARG(settings->url), STR_ARG(settings->hello)).ptr;
    self->user = arena_cstr(arena, settings->user);
    self->password = arena_cstr(arena, settings->password);
    self->from = arena_printf(arena, "<%.*s>", STR_ARG(settings->from)).ptr;
    self->authorities = arena_cstr(arena, settings->authorities);
    return &self->provider;
}
