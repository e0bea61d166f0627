// Every handler of the route table. A handler sees only calls that satisfy its row.
#pragma once

#include "gateway/api/call.hpp"

namespace gw::api {

// dossiers (contract 3.1)
asio::awaitable<Reply> create_dossier(Context& context, Call& call);
asio::awaitable<Reply> get_dossier(Context& context, Call& call);
asio::awaitable<Reply> put_dossier(Context& context, Call& call);
asio::awaitable<Reply> patch_dossier(Context& context, Call& call);
asio::awaitable<Reply> list_dossiers(Context& context, Call& call);
asio::awaitable<Reply> withdraw_dossier(Context& context, Call& call);
asio::awaitable<Reply> validate_dossier(Context& context, Call& call);
asio::awaitable<Reply> import_dossiers(Context& context, Call& call);

// progress, supplements, results, survey, fees (3.2, 3.5)
asio::awaitable<Reply> add_progress(Context& context, Call& call);
asio::awaitable<Reply> add_progress_batch(Context& context, Call& call);
asio::awaitable<Reply> list_progress(Context& context, Call& call);
asio::awaitable<Reply> request_supplement(Context& context, Call& call);
asio::awaitable<Reply> receive_supplement(Context& context, Call& call);
asio::awaitable<Reply> add_result(Context& context, Call& call);
asio::awaitable<Reply> revoke_result(Context& context, Call& call);
asio::awaitable<Reply> release_result(Context& context, Call& call);
asio::awaitable<Reply> get_signature(Context& context, Call& call);
asio::awaitable<Reply> put_survey(Context& context, Call& call);
asio::awaitable<Reply> add_fee(Context& context, Call& call);
asio::awaitable<Reply> patch_fee(Context& context, Call& call);

// payments (3.5)
asio::awaitable<Reply> list_payment_options(Context& context, Call& call);
asio::awaitable<Reply> create_payment(Context& context, Call& call);
asio::awaitable<Reply> create_offline_payment(Context& context, Call& call);
asio::awaitable<Reply> get_payment(Context& context, Call& call);
asio::awaitable<Reply> cancel_payment(Context& context, Call& call);
asio::awaitable<Reply> request_refund(Context& context, Call& call);
asio::awaitable<Reply> approve_refund(Context& context, Call& call);
asio::awaitable<Reply> confirm_refund(Context& context, Call& call);
asio::awaitable<Reply> list_receipts(Context& context, Call& call);
asio::awaitable<Reply> resolve_dispute(Context& context, Call& call);
asio::awaitable<Reply> get_reconciliation(Context& context, Call& call);

// questions of citizens (3.2)
asio::awaitable<Reply> list_feedback(Context& context, Call& call);
asio::awaitable<Reply> answer_feedback(Context& context, Call& call);

// inbox (3.3)
asio::awaitable<Reply> list_inbox(Context& context, Call& call);
asio::awaitable<Reply> get_inbox(Context& context, Call& call);
asio::awaitable<Reply> claim_inbox(Context& context, Call& call);
asio::awaitable<Reply> ack_inbox(Context& context, Call& call);
asio::awaitable<Reply> refuse_inbox(Context& context, Call& call);

// files (3.4)
asio::awaitable<Reply> create_attachment(Context& context, Call& call);
asio::awaitable<Reply> get_attachment(Context& context, Call& call);
asio::awaitable<Reply> get_content(Context& context, Call& call);
asio::awaitable<Reply> get_linked_file(Context& context, Call& call);
asio::awaitable<Reply> create_upload(Context& context, Call& call);
asio::awaitable<Reply> append_upload(Context& context, Call& call);
asio::awaitable<Reply> complete_upload(Context& context, Call& call);

// events and webhooks (6, 7)
asio::awaitable<Reply> list_events(Context& context, Call& call);
asio::awaitable<Reply> create_webhook(Context& context, Call& call);
asio::awaitable<Reply> list_webhooks(Context& context, Call& call);
asio::awaitable<Reply> get_webhook(Context& context, Call& call);
asio::awaitable<Reply> patch_webhook(Context& context, Call& call);
asio::awaitable<Reply> delete_webhook(Context& context, Call& call);
asio::awaitable<Reply> rotate_webhook(Context& context, Call& call);
asio::awaitable<Reply> test_webhook(Context& context, Call& call);
asio::awaitable<Reply> list_webhook_attempts(Context& context, Call& call);

// synchronisation and partners (3.11, 3.12)
asio::awaitable<Reply> get_sync(Context& context, Call& call);
asio::awaitable<Reply> create_replay(Context& context, Call& call);
asio::awaitable<Reply> approve_replay(Context& context, Call& call);
asio::awaitable<Reply> pause_replay(Context& context, Call& call);
asio::awaitable<Reply> resume_replay(Context& context, Call& call);
asio::awaitable<Reply> stop_replay(Context& context, Call& call);
asio::awaitable<Reply> list_replays(Context& context, Call& call);
asio::awaitable<Reply> get_replay(Context& context, Call& call);
asio::awaitable<Reply> get_job(Context& context, Call& call);
asio::awaitable<Reply> get_drift(Context& context, Call& call);
asio::awaitable<Reply> list_partners(Context& context, Call& call);
asio::awaitable<Reply> get_partner_history(Context& context, Call& call);

// deliveries (3.6)
asio::awaitable<Reply> create_delivery(Context& context, Call& call);
asio::awaitable<Reply> get_delivery(Context& context, Call& call);
asio::awaitable<Reply> cancel_delivery(Context& context, Call& call);
asio::awaitable<Reply> add_custody(Context& context, Call& call);
asio::awaitable<Reply> quote_delivery(Context& context, Call& call);

// notices to citizens (3.8)
asio::awaitable<Reply> create_notification(Context& context, Call& call);
asio::awaitable<Reply> get_notification(Context& context, Call& call);
asio::awaitable<Reply> get_contact_preferences(Context& context, Call& call);
asio::awaitable<Reply> put_contact_preferences(Context& context, Call& call);

// identity checks (3.7)
asio::awaitable<Reply> check_identity(Context& context, Call& call);

// catalogue (3.10)
asio::awaitable<Reply> list_procedures(Context& context, Call& call);
asio::awaitable<Reply> get_procedure(Context& context, Call& call);
asio::awaitable<Reply> list_agencies(Context& context, Call& call);
asio::awaitable<Reply> list_admin_units(Context& context, Call& call);
asio::awaitable<Reply> convert_admin_unit(Context& context, Call& call);
asio::awaitable<Reply> get_code_list(Context& context, Call& call);
asio::awaitable<Reply> list_mappings(Context& context, Call& call);
asio::awaitable<Reply> put_mapping(Context& context, Call& call);
asio::awaitable<Reply> show_openapi(Context& context, Call& call);

// administration, on the unix socket only
asio::awaitable<Reply> admin_status(Context& context, Call& call);
asio::awaitable<Reply> admin_partners(Context& context, Call& call);
asio::awaitable<Reply> admin_dossier(Context& context, Call& call);
asio::awaitable<Reply> admin_message(Context& context, Call& call);
asio::awaitable<Reply> admin_queue(Context& context, Call& call);
asio::awaitable<Reply> admin_limits(Context& context, Call& call);
asio::awaitable<Reply> admin_breaker(Context& context, Call& call);
asio::awaitable<Reply> admin_drain_plan(Context& context, Call& call);
asio::awaitable<Reply> admin_leg(Context& context, Call& call);
asio::awaitable<Reply> admin_explain(Context& context, Call& call);
asio::awaitable<Reply> admin_redrive(Context& context, Call& call);
asio::awaitable<Reply> admin_done(Context& context, Call& call);
asio::awaitable<Reply> admin_cancel(Context& context, Call& call);
asio::awaitable<Reply> admin_replay(Context& context, Call& call);
asio::awaitable<Reply> admin_backup(Context& context, Call& call);
asio::awaitable<Reply> admin_list_unmatched(Context& context, Call& call);
asio::awaitable<Reply> admin_close_unmatched(Context& context, Call& call);
asio::awaitable<Reply> admin_list_waybills(Context& context, Call& call);
asio::awaitable<Reply> admin_import_waybills(Context& context, Call& call);
asio::awaitable<Reply> admin_void_waybill(Context& context, Call& call);
asio::awaitable<Reply> admin_lookups(Context& context, Call& call);
asio::awaitable<Reply> admin_lookup_anomalies(Context& context, Call& call);

}  // namespace gw::api
