/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli.h"

extern const struct cli_command cli_serve, cli_init, cli_doctor, cli_config;
extern const struct cli_command cli_backup, cli_backup_key, cli_backup_list, cli_restore, cli_policy_verify;
extern const struct cli_command cli_retention, cli_admin_hold_add, cli_admin_hold_remove, cli_admin_hold_list;
extern const struct cli_command cli_admin_user_create, cli_admin_user_reset, cli_admin_user_lock;
extern const struct cli_command cli_admin_token_create, cli_admin_token_list, cli_admin_token_remove;
extern const struct cli_command cli_admin_notice_send, cli_admin_notice_end;
extern const struct cli_command cli_admin_media_quarantine, cli_admin_media_release;
extern const struct cli_command cli_appservice_check, cli_appservice_make;
extern const struct cli_command cli_catalogue;
extern const struct cli_command cli_statistics;
extern const struct cli_command cli_policy_bound, cli_policy_check, cli_policy_verify_receipt;

/* In the order --help shows them. */
const struct cli_command *const cli_commands[] = {
    &cli_serve,
    &cli_init,
    &cli_doctor,
    &cli_config,
    &cli_backup,
    &cli_backup_key,
    &cli_backup_list,
    &cli_restore,
    &cli_retention,
    &cli_policy_verify,
    &cli_statistics,
    &cli_admin_user_create,
    &cli_admin_user_reset,
    &cli_admin_user_lock,
    &cli_admin_token_create,
    &cli_admin_token_list,
    &cli_admin_token_remove,
    &cli_admin_hold_add,
    &cli_admin_hold_remove,
    &cli_admin_hold_list,
    &cli_admin_notice_send,
    &cli_admin_notice_end,
    &cli_admin_media_quarantine,
    &cli_admin_media_release,
    &cli_appservice_check,
    &cli_appservice_make,
    &cli_policy_verify_receipt,
    &cli_policy_check,
    &cli_policy_bound,
    &cli_catalogue,
};
const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;
