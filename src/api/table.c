/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every module of endpoints there is. A module not listed here does not exist. */
#include "api/endpoint.h"

extern const struct endpoint_module account_data_module;
extern const struct endpoint_module account_module;
extern const struct endpoint_module agreement_page_module;
extern const struct endpoint_module aliases_module;
extern const struct endpoint_module auth_page_module;
extern const struct endpoint_module cancel_module;
extern const struct endpoint_module audit_record_module;
extern const struct endpoint_module capabilities_module;
extern const struct endpoint_module catalogue_module;
extern const struct endpoint_module consents_module;
extern const struct endpoint_module create_room_module;
extern const struct endpoint_module cross_signing_module;
extern const struct endpoint_module dehydrated_device_module;
extern const struct endpoint_module delayed_events_module;
extern const struct endpoint_module devices_module;
extern const struct endpoint_module directory_module;
extern const struct endpoint_module event_stream_module;
extern const struct endpoint_module export_module;
extern const struct endpoint_module export_waiting_module;
extern const struct endpoint_module filter_module;
extern const struct endpoint_module health_module;
extern const struct endpoint_module initial_sync_module;
extern const struct endpoint_module invite_links_module;
extern const struct endpoint_module invite_key_module;
extern const struct endpoint_module key_signatures_module;
extern const struct endpoint_module keys_changes_module;
extern const struct endpoint_module keys_claim_module;
extern const struct endpoint_module keys_query_module;
extern const struct endpoint_module keys_upload_module;
extern const struct endpoint_module login_module;
extern const struct endpoint_module login_token_module;
extern const struct endpoint_module logout_module;
extern const struct endpoint_module media_download_module;
extern const struct endpoint_module media_thumbnail_module;
extern const struct endpoint_module media_upload_module;
extern const struct endpoint_module members_module;
extern const struct endpoint_module membership_module;
extern const struct endpoint_module messages_module;
extern const struct endpoint_module not_offered_module;
extern const struct endpoint_module mutual_rooms_module;
extern const struct endpoint_module notifications_module;
extern const struct endpoint_module openid_module;
extern const struct endpoint_module outbox_page_module;
extern const struct endpoint_module email_codes_module;
extern const struct endpoint_module email_confirm_module;
extern const struct endpoint_module phone_codes_module;
extern const struct endpoint_module policy_archive_module;
extern const struct endpoint_module policy_bound_module;
extern const struct endpoint_module policy_module;
extern const struct endpoint_module conformance_module;
extern const struct endpoint_module presence_module;
extern const struct endpoint_module profile_module;
extern const struct endpoint_module public_log_module;
extern const struct endpoint_module pushers_module;
extern const struct endpoint_module pushrules_module;
extern const struct endpoint_module receipt_page_module;
extern const struct endpoint_module receipts_module;
extern const struct endpoint_module recommendations_module;
extern const struct endpoint_module redact_module;
extern const struct endpoint_module register_module;
extern const struct endpoint_module registration_tokens_module;
extern const struct endpoint_module relations_module;
extern const struct endpoint_module report_module;
extern const struct endpoint_module retention_bounds_module;
extern const struct endpoint_module room_state_module;
extern const struct endpoint_module room_summary_module;
extern const struct endpoint_module room_upgrade_module;
extern const struct endpoint_module search_module;
extern const struct endpoint_module send_module;
extern const struct endpoint_module server_admin_module;
extern const struct endpoint_module service_directory_module;
extern const struct endpoint_module shared_secret_module;
extern const struct endpoint_module service_ping_module;
extern const struct endpoint_module signing_keys_module;
extern const struct endpoint_module sliding_sync_module;
extern const struct endpoint_module space_hierarchy_module;
extern const struct endpoint_module sync_module;
extern const struct endpoint_module tags_module;
extern const struct endpoint_module third_party_ids_module;
extern const struct endpoint_module third_party_module;
extern const struct endpoint_module third_party_offers_module;
extern const struct endpoint_module threads_module;
extern const struct endpoint_module timestamp_module;
extern const struct endpoint_module key_backup_module;
extern const struct endpoint_module key_backup_sessions_module;
extern const struct endpoint_module to_device_module;
extern const struct endpoint_module typing_module;
extern const struct endpoint_module url_preview_module;
extern const struct endpoint_module user_directory_module;
extern const struct endpoint_module versions_module;
extern const struct endpoint_module voip_module;

/* One a line, so that additions do not touch each other. */
/* clang-format off */
const struct endpoint_module *const endpoint_modules[] = {
    &account_data_module,
    &account_module,
    &agreement_page_module,
    &aliases_module,
    &auth_page_module,
    &cancel_module,
    &audit_record_module,
    &capabilities_module,
    &catalogue_module,
    &consents_module,
    &create_room_module,
    &cross_signing_module,
    &dehydrated_device_module,
    &delayed_events_module,
    &devices_module,
    &directory_module,
    &event_stream_module,
    &export_module,
    &export_waiting_module,
    &filter_module,
    &health_module,
    &initial_sync_module,
    &invite_links_module,
    &invite_key_module,
    &key_signatures_module,
    &keys_changes_module,
    &keys_claim_module,
    &keys_query_module,
    &keys_upload_module,
    &login_module,
    &login_token_module,
    &logout_module,
    &media_download_module,
    &media_thumbnail_module,
    &media_upload_module,
    &members_module,
    &membership_module,
    &messages_module,
    &not_offered_module,
    &mutual_rooms_module,
    &notifications_module,
    &openid_module,
    &outbox_page_module,
    &email_codes_module,
    &email_confirm_module,
    &phone_codes_module,
    &policy_archive_module,
    &policy_bound_module,
    &policy_module,
    &conformance_module,
    &presence_module,
    &profile_module,
    &public_log_module,
    &pushers_module,
    &pushrules_module,
    &receipt_page_module,
    &receipts_module,
    &recommendations_module,
    &redact_module,
    &register_module,
    &registration_tokens_module,
    &relations_module,
    &report_module,
    &retention_bounds_module,
    &room_state_module,
    &room_summary_module,
    &room_upgrade_module,
    &search_module,
    &send_module,
    &server_admin_module,
    &service_directory_module,
    &shared_secret_module,
    &service_ping_module,
    &signing_keys_module,
    &sliding_sync_module,
    &space_hierarchy_module,
    &sync_module,
    &tags_module,
    &third_party_ids_module,
    &third_party_module,
    &third_party_offers_module,
    &threads_module,
    &timestamp_module,
    &key_backup_module,
    &key_backup_sessions_module,
    &to_device_module,
    &typing_module,
    &url_preview_module,
    &user_directory_module,
    &versions_module,
    &voip_module,
};
/* clang-format on */

const size_t endpoint_module_count = sizeof endpoint_modules / sizeof *endpoint_modules;
