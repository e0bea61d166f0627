// The route table: what is not here is 404. Adding a call is adding a row.
#include "gateway/api/auth.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/metrics.hpp"
#include "gateway/api/retention_calls.hpp"
#include "gateway/api/router.hpp"

namespace gw::api {

namespace {

namespace s = access::scope;
using enum BodyRule;
constexpr auto kept = KeyRule::kept;
constexpr auto admin = Door::admin;

// clang-format off
const std::vector<Route> rows = {
    // ---- open ----
    {.id = "healthz", .method = "GET", .path = "/healthz", .handler = healthz, .door = Door::open, .summary = "The process lives."},
    {.id = "readyz", .method = "GET", .path = "/readyz", .handler = readyz, .door = Door::open, .summary = "The store takes new work."},
    {.id = "token.issue", .method = "POST", .path = "/oauth2/token", .handler = issue_token, .door = Door::open, .body = form, .body_max = 16 << 10, .summary = "Client credentials with private_key_jwt."},
    {.id = "files.linked", .method = "GET", .path = "/f/{token}", .handler = get_linked_file, .door = Door::open, .summary = "A file by its signed, expiring address."},
    // ---- dossiers ----
    {.id = "dossiers.create", .method = "POST", .path = "/v1/dossiers", .handler = create_dossier, .scopes = s::dossiers_write, .key = kept, .body = json, .status = 201, .request = "Dossier", .answer = "Dossier", .summary = "Take a dossier in."},
    {.id = "dossiers.list", .method = "GET", .path = "/v1/dossiers", .handler = list_dossiers, .scopes = s::dossiers_read, .item = "DossierDigest", .query = "status,procedure,agency,updated_after,due_before,sync_state,include,limit,cursor", .summary = "Dossiers without personal data unless include=owner."},
    {.id = "dossiers.import", .method = "POST", .path = "/v1/dossiers/import", .handler = import_dossiers, .scopes = s::dossiers_write, .key = kept, .body = stream, .status = 202, .more_statuses = "200", .answer = "Job", .summary = "Newline-delimited JSON, at most 10,000 dossiers."},
    {.id = "dossiers.get", .method = "GET", .path = "/v1/dossiers/{code}", .handler = get_dossier, .scopes = s::dossiers_read, .answer = "Dossier", .query = "include", .summary = "One dossier; include=progress,payments,sync."},
    {.id = "dossiers.put", .method = "PUT", .path = "/v1/dossiers/{code}", .handler = put_dossier, .scopes = s::dossiers_write, .match = MatchRule::needed, .body = json, .more_statuses = "201", .request = "Dossier", .answer = "Dossier", .summary = "Replace the writable fields; may create with If-None-Match: *."},
    {.id = "dossiers.patch", .method = "PATCH", .path = "/v1/dossiers/{code}", .handler = patch_dossier, .scopes = s::dossiers_write, .match = MatchRule::needed, .body = json, .request = "Dossier", .answer = "Dossier", .summary = "JSON merge patch (RFC 7396)."},
    {.id = "dossiers.withdraw", .method = "POST", .path = "/v1/dossiers/{code}/withdraw", .handler = withdraw_dossier, .scopes = s::dossiers_write, .key = kept, .body = json, .request = "WithdrawRequest", .answer = "Dossier", .summary = "The citizen withdraws."},
    {.id = "validations.dossier", .method = "POST", .path = "/v1/validations/dossier", .handler = validate_dossier, .scopes = s::dossiers_read, .key = KeyRule::not_kept, .body = json, .request = "Dossier", .summary = "Everything that would be checked; nothing is stored."},
    // ---- steps ----
    {.id = "progress.add", .method = "POST", .path = "/v1/dossiers/{code}/progress", .handler = add_progress, .scopes = s::dossiers_write, .key = kept, .body = json, .status = 201, .request = "ProgressRequest", .answer = "Progress", .summary = "The only way to change the status."},
    {.id = "progress.add_batch", .method = "POST", .path = "/v1/dossiers/{code}/progress/batch", .handler = add_progress_batch, .scopes = s::dossiers_write, .key = kept, .body = json, .status = 201, .item = "Progress", .summary = "At most 100 entries, all or none."},
    {.id = "progress.list", .method = "GET", .path = "/v1/dossiers/{code}/progress", .handler = list_progress, .scopes = s::dossiers_read, .item = "Progress", .query = "limit,cursor", .summary = "All entries in order."},
    {.id = "supplements.request", .method = "POST", .path = "/v1/dossiers/{code}/supplements", .handler = request_supplement, .scopes = s::dossiers_write, .key = kept, .body = json, .status = 201, .request = "SupplementRequest", .answer = "Supplement", .summary = "Ask for papers."},
    {.id = "supplements.receive", .method = "POST", .path = "/v1/dossiers/{code}/supplements/{id}/receive", .handler = receive_supplement, .scopes = s::dossiers_write, .key = kept, .body = json, .request = "SupplementReceipt", .answer = "Supplement", .summary = "The papers came."},
    {.id = "results.add", .method = "POST", .path = "/v1/dossiers/{code}/results", .handler = add_result, .scopes = s::dossiers_write, .key = kept, .body = json, .person = true, .status = 201, .request = "Result", .answer = "Result", .summary = "A result paper."},
    {.id = "results.revoke", .method = "POST", .path = "/v1/dossiers/{code}/results/{id}/revoke", .handler = revoke_result, .scopes = s::dossiers_write, .key = kept, .body = json, .person = true, .request = "RevokeRequest", .answer = "Result", .summary = "Revoke a result; its file stays readable."},
    {.id = "results.release", .method = "POST", .path = "/v1/dossiers/{code}/results/{id}/release", .handler = release_result, .scopes = s::dossiers_write, .key = kept, .body = json, .person = true, .request = "Correction", .answer = "Result", .summary = "Send a result that is held because of its signature."},
    {.id = "results.signature", .method = "GET", .path = "/v1/dossiers/{code}/results/{id}/signature", .handler = get_signature, .scopes = s::dossiers_read, .summary = "What was found about the signatures of a result."},
    {.id = "survey.put", .method = "PUT", .path = "/v1/dossiers/{code}/survey", .handler = put_survey, .scopes = s::dossiers_write, .match = MatchRule::honoured, .body = json, .request = "Survey", .answer = "Survey", .summary = "Once; a change only within 24 hours."},
    {.id = "fees.add", .method = "POST", .path = "/v1/dossiers/{code}/fees", .handler = add_fee, .scopes = s::payments_write, .key = kept, .body = json, .status = 201, .request = "Fee", .answer = "Fee", .summary = "A fee to be paid."},
    {.id = "fees.patch", .method = "PATCH", .path = "/v1/dossiers/{code}/fees/{id}", .handler = patch_fee, .scopes = s::payments_write, .match = MatchRule::needed, .body = json, .request = "Fee", .answer = "Fee", .summary = "Not after paid; If-Match is the dossier's version."},
    // ---- deliveries ----
    {.id = "deliveries.quote", .method = "POST", .path = "/v1/delivery-quotes", .handler = quote_delivery, .scopes = s::deliveries_write, .key = KeyRule::not_kept, .body = json, .request = "DeliveryQuoteRequest", .summary = "What a parcel costs."},
    {.id = "deliveries.create", .method = "POST", .path = "/v1/deliveries", .handler = create_delivery, .scopes = s::deliveries_write, .key = kept, .body = json, .status = 201, .request = "DeliveryRequest", .answer = "Delivery", .summary = "Book the post."},
    {.id = "deliveries.get", .method = "GET", .path = "/v1/deliveries/{id}", .handler = get_delivery, .scopes = s::deliveries_write | s::dossiers_read, .answer = "Delivery", .summary = "One delivery with its tracking."},
    {.id = "deliveries.cancel", .method = "POST", .path = "/v1/deliveries/{id}/cancel", .handler = cancel_delivery, .scopes = s::deliveries_write, .key = kept, .body = json_or_none, .answer = "Delivery", .summary = "Until the post has the parcel."},
    {.id = "deliveries.custody", .method = "POST", .path = "/v1/deliveries/{id}/custody", .handler = add_custody, .scopes = s::deliveries_write, .key = kept, .body = json, .status = 201, .request = "Custody", .answer = "Delivery", .summary = "A hand-over of the papers."},
    // ---- notices to citizens ----
    {.id = "notifications.create", .method = "POST", .path = "/v1/notifications", .handler = create_notification, .scopes = s::notifications_write, .key = kept, .body = json, .status = 202, .request = "NotificationRequest", .summary = "Text a citizen; the first one with the same key within seven days is returned."},
    {.id = "notifications.get", .method = "GET", .path = "/v1/notifications/{id}", .handler = get_notification, .scopes = s::notifications_write | s::dossiers_read, .answer = "Notification", .summary = "The way one notice took, channel by channel."},
    {.id = "contacts.get", .method = "GET", .path = "/v1/contact-preferences/{phone}", .handler = get_contact_preferences, .scopes = s::notifications_write, .answer = "ContactPreferences", .summary = "What a phone does not want."},
    {.id = "contacts.put", .method = "PUT", .path = "/v1/contact-preferences/{phone}", .handler = put_contact_preferences, .scopes = s::notifications_write, .body = json, .request = "ContactPreferences", .answer = "ContactPreferences", .summary = "Replaces all choices of a phone."},
    // ---- identity checks ----
    {.id = "identity_checks.create", .method = "POST", .path = "/v1/identity-checks", .handler = check_identity, .scopes = s::identity_check, .key = kept, .body = json, .person = true, .request = "IdentityCheckRequest", .answer = "IdentityCheck", .summary = "Ask the population database; nothing of its answer is kept."},
    // ---- payments ----
    {.id = "payments.options", .method = "GET", .path = "/v1/payment-options", .handler = list_payment_options, .scopes = s::payments_read, .query = "dossier_code", .summary = "Providers that serve this dossier, best first."},
    {.id = "payments.create", .method = "POST", .path = "/v1/payments", .handler = create_payment, .scopes = s::payments_write, .key = kept, .body = json, .status = 201, .more_statuses = "202", .request = "PaymentRequest", .answer = "Payment", .summary = "Pending with the citizen's page, or 202 while the provider has not answered.", .urgency = core::Urgency::p0},
    {.id = "payments.offline", .method = "POST", .path = "/v1/payments/offline", .handler = create_offline_payment, .scopes = s::payments_write, .key = kept, .body = json, .person = true, .status = 201, .request = "OfflinePaymentRequest", .answer = "Payment", .summary = "Money taken at the office.", .urgency = core::Urgency::p0},
    {.id = "payments.get", .method = "GET", .path = "/v1/payments/{id}", .handler = get_payment, .scopes = s::payments_read, .answer = "Payment", .query = "refresh", .summary = "One payment; refresh=true asks the provider, at most once in 30 seconds."},
    {.id = "payments.cancel", .method = "POST", .path = "/v1/payments/{id}/cancel", .handler = cancel_payment, .scopes = s::payments_write, .key = kept, .body = json_or_none, .answer = "Payment", .summary = "Ends when the provider says that it was not paid.", .urgency = core::Urgency::p0},
    {.id = "payments.receipts", .method = "GET", .path = "/v1/payments/{id}/receipts", .handler = list_receipts, .scopes = s::payments_read, .item = "Receipt", .query = "limit,cursor", .summary = "Receipts, one for each nature."},
    {.id = "refunds.request", .method = "POST", .path = "/v1/payments/{id}/refunds", .handler = request_refund, .scopes = s::payments_refund, .key = kept, .body = json, .person = true, .status = 201, .request = "RefundRequest", .answer = "Refund", .summary = "Another officer approves it.", .urgency = core::Urgency::p0},
    {.id = "refunds.approve", .method = "POST", .path = "/v1/payments/{id}/refunds/{refund}/approve", .handler = approve_refund, .scopes = s::payments_refund, .key = kept, .body = json_or_none, .person = true, .request = "RefundApproval", .answer = "Refund", .summary = "By another officer than the one who asked.", .urgency = core::Urgency::p0},
    {.id = "refunds.confirm", .method = "POST", .path = "/v1/payments/{id}/refunds/{refund}/confirm", .handler = confirm_refund, .scopes = s::payments_refund, .key = kept, .body = json, .person = true, .request = "RefundConfirmation", .answer = "Refund", .summary = "What the bank did with a refund made by hand.", .urgency = core::Urgency::p0},
    {.id = "disputes.resolve", .method = "POST", .path = "/v1/payments/{id}/disputes/resolve", .handler = resolve_dispute, .scopes = s::payments_refund, .key = kept, .body = json, .person = true, .request = "DisputeResolution", .answer = "Payment", .summary = "Done when a second officer says the same."},
    {.id = "reconciliations.get", .method = "GET", .path = "/v1/reconciliations/{date}", .handler = get_reconciliation, .scopes = s::payments_read, .answer = "Reconciliation", .item = "Reconciliation", .query = "provider", .summary = "The day's comparison with the provider."},
    // ---- questions of citizens ----
    {.id = "feedback.list", .method = "GET", .path = "/v1/feedback", .handler = list_feedback, .scopes = s::dossiers_read, .item = "Feedback", .query = "state,limit,cursor", .summary = "Questions of citizens, oldest first; the sender is masked."},
    {.id = "feedback.answer", .method = "POST", .path = "/v1/feedback/{id}/answer", .handler = answer_feedback, .scopes = s::dossiers_write, .key = kept, .body = json, .request = "FeedbackAnswer", .answer = "Feedback", .summary = "An officer's answer; it goes to where the question came from at once."},
    // ---- inbox ----
    {.id = "inbox.list", .method = "GET", .path = "/v1/inbox", .handler = list_inbox, .scopes = s::inbox_read, .item = "InboxItem", .query = "state,kind,limit,cursor", .summary = "What partners sent, oldest first."},
    {.id = "inbox.get", .method = "GET", .path = "/v1/inbox/{id}", .handler = get_inbox, .scopes = s::inbox_read, .answer = "InboxItem", .summary = "One item."},
    {.id = "inbox.claim", .method = "POST", .path = "/v1/inbox/{id}/claim", .handler = claim_inbox, .scopes = s::inbox_ack, .key = kept, .body = json_or_none, .answer = "InboxItem", .summary = "Lease of ten minutes for one worker."},
    {.id = "inbox.ack", .method = "POST", .path = "/v1/inbox/{id}/ack", .handler = ack_inbox, .scopes = s::inbox_ack, .key = kept, .body = json, .request = "InboxAck,QuestionAck", .answer = "InboxItem", .summary = "The one-stop has it.", .urgency = core::Urgency::p0},
    {.id = "inbox.refuse", .method = "POST", .path = "/v1/inbox/{id}/refuse", .handler = refuse_inbox, .scopes = s::inbox_ack, .key = kept, .body = json, .request = "InboxRefusal", .answer = "InboxItem", .summary = "The only way a refusal reaches a partner."},
    // ---- files ----
    {.id = "attachments.create", .method = "POST", .path = "/v1/attachments", .handler = create_attachment, .scopes = s::files_write, .key = kept, .body = stream, .status = 201, .more_statuses = "200", .answer = "Attachment", .summary = "Raw body; Content-Digest is mandatory."},
    {.id = "attachments.get", .method = "GET", .path = "/v1/attachments/{id}", .handler = get_attachment, .scopes = s::files_read, .answer = "Attachment", .summary = "What is known of a file."},
    {.id = "attachments.content", .method = "GET", .path = "/v1/attachments/{id}/content", .handler = get_content, .scopes = s::files_read, .more_statuses = "206", .summary = "The bytes; ranges are supported."},
    {.id = "uploads.create", .method = "POST", .path = "/v1/uploads", .handler = create_upload, .scopes = s::files_write, .key = kept, .body = json, .status = 201, .request = "UploadRequest", .summary = "Declare a file to be sent in chunks."},
    {.id = "uploads.append", .method = "PATCH", .path = "/v1/uploads/{id}", .handler = append_upload, .scopes = s::files_write, .body = stream, .body_max = 16 << 20, .status = 204, .summary = "The next chunk at Upload-Offset."},
    {.id = "uploads.complete", .method = "POST", .path = "/v1/uploads/{id}/complete", .handler = complete_upload, .scopes = s::files_write, .key = kept, .body = json_or_none, .status = 201, .more_statuses = "200", .answer = "Attachment", .summary = "Size and digest are checked."},
    // ---- events, webhooks ----
    {.id = "events.list", .method = "GET", .path = "/v1/events", .handler = list_events, .scopes = s::events_read, .item = "Event", .query = "after,limit,types,wait", .summary = "The feed in commit order; wait=25 long-polls."},
    {.id = "webhooks.create", .method = "POST", .path = "/v1/webhook-endpoints", .handler = create_webhook, .scopes = s::webhooks_manage, .key = kept, .body = json, .status = 201, .request = "WebhookEndpoint", .answer = "WebhookEndpoint", .summary = "The secret is shown once."},
    {.id = "webhooks.list", .method = "GET", .path = "/v1/webhook-endpoints", .handler = list_webhooks, .scopes = s::webhooks_manage, .item = "WebhookEndpoint", .query = "limit,cursor", .summary = "Endpoints of this tenant."},
    {.id = "webhooks.get", .method = "GET", .path = "/v1/webhook-endpoints/{id}", .handler = get_webhook, .scopes = s::webhooks_manage, .answer = "WebhookEndpoint", .summary = "One endpoint."},
    {.id = "webhooks.patch", .method = "PATCH", .path = "/v1/webhook-endpoints/{id}", .handler = patch_webhook, .scopes = s::webhooks_manage, .match = MatchRule::needed, .body = json, .request = "WebhookEndpoint", .answer = "WebhookEndpoint", .summary = "Change address, types, description; switch on and off."},
    {.id = "webhooks.delete", .method = "DELETE", .path = "/v1/webhook-endpoints/{id}", .handler = delete_webhook, .scopes = s::webhooks_manage, .status = 204, .summary = "Nothing is sent there any more."},
    {.id = "webhooks.rotate", .method = "POST", .path = "/v1/webhook-endpoints/{id}/rotate", .handler = rotate_webhook, .scopes = s::webhooks_manage, .key = kept, .body = json_or_none, .answer = "WebhookEndpoint", .summary = "A new secret; the old one is valid seven more days."},
    {.id = "webhooks.test", .method = "POST", .path = "/v1/webhook-endpoints/{id}/test", .handler = test_webhook, .scopes = s::webhooks_manage, .key = kept, .body = json_or_none, .summary = "Sends webhook.test at once."},
    {.id = "webhooks.attempts", .method = "GET", .path = "/v1/webhook-endpoints/{id}/attempts", .handler = list_webhook_attempts, .scopes = s::webhooks_manage, .query = "limit,cursor", .summary = "The latest attempts."},
    // ---- synchronisation, partners ----
    {.id = "sync.get", .method = "GET", .path = "/v1/dossiers/{code}/sync", .handler = get_sync, .scopes = s::sync_read, .item = "SyncEntry", .summary = "What each partner has of a dossier."},
    {.id = "sync.replay", .method = "POST", .path = "/v1/sync/replays", .handler = create_replay, .scopes = s::sync_replay, .key = kept, .body = json, .person = true, .status = 202, .more_statuses = "200", .request = "ReplayRequest", .answer = "Job", .summary = "Send again what stands still."},
    {.id = "sync.approve", .method = "POST", .path = "/v1/sync/replays/{id}/approve", .handler = approve_replay, .scopes = s::sync_replay, .key = kept, .body = json_or_none, .person = true, .status = 202, .more_statuses = "200", .answer = "Job", .summary = "The second person for more than 100 messages."},
    {.id = "sync.replays", .method = "GET", .path = "/v1/sync/replays", .handler = list_replays, .scopes = s::sync_read | s::sync_replay, .item = "Job", .query = "state,limit,cursor", .summary = "Replays, the last changed last."},
    {.id = "sync.replay_get", .method = "GET", .path = "/v1/sync/replays/{id}", .handler = get_replay, .scopes = s::sync_read | s::sync_replay, .answer = "Job", .query = "items", .summary = "How far a replay is; items=all or an outcome lists its legs."},
    {.id = "sync.replay_pause", .method = "POST", .path = "/v1/sync/replays/{id}/pause", .handler = pause_replay, .scopes = s::sync_replay, .key = kept, .body = json_or_none, .person = true, .answer = "Job", .summary = "Nothing more is sent back until it is resumed."},
    {.id = "sync.replay_resume", .method = "POST", .path = "/v1/sync/replays/{id}/resume", .handler = resume_replay, .scopes = s::sync_replay, .key = kept, .body = json_or_none, .person = true, .answer = "Job", .summary = "Goes on, slowly at first."},
    {.id = "sync.replay_stop", .method = "POST", .path = "/v1/sync/replays/{id}/stop", .handler = stop_replay, .scopes = s::sync_replay, .key = kept, .body = json_or_none, .person = true, .answer = "Job", .summary = "Ends it where it is."},
    {.id = "sync.drift", .method = "GET", .path = "/v1/sync/drift", .handler = get_drift, .scopes = s::sync_read, .query = "date,partner", .summary = "Differences found by reconciliation."},
    {.id = "jobs.get", .method = "GET", .path = "/v1/jobs/{id}", .handler = get_job, .scopes = s::sync_read | s::sync_replay | s::dossiers_write, .answer = "Job", .summary = "How far a job is."},
    {.id = "partners.list", .method = "GET", .path = "/v1/partners", .handler = list_partners, .scopes = s::sync_read, .query = "limit,cursor", .summary = "State and queues of all partners."},
    {.id = "partners.history", .method = "GET", .path = "/v1/partners/{partner}/history", .handler = get_partner_history, .scopes = s::sync_read, .query = "from,to,limit,cursor", .summary = "Outages of a partner, with their cause and what waited."},
    // ---- catalogue ----
    {.id = "catalogue.procedures", .method = "GET", .path = "/v1/catalogue/procedures", .handler = list_procedures, .scopes = s::catalogue_read, .query = "q,agency,valid_on,changed_since,limit,cursor", .summary = "Procedures."},
    {.id = "catalogue.procedure", .method = "GET", .path = "/v1/catalogue/procedures/{code}", .handler = get_procedure, .scopes = s::catalogue_read, .query = "valid_on", .summary = "One procedure."},
    {.id = "catalogue.agencies", .method = "GET", .path = "/v1/catalogue/agencies", .handler = list_agencies, .scopes = s::catalogue_read, .query = "valid_on,limit,cursor", .summary = "Agency codes."},
    {.id = "catalogue.admin_units", .method = "GET", .path = "/v1/catalogue/admin-units", .handler = list_admin_units, .scopes = s::catalogue_read, .query = "valid_on,limit,cursor", .summary = "Provinces of a day."},
    {.id = "catalogue.convert", .method = "GET", .path = "/v1/catalogue/admin-units/convert", .handler = convert_admin_unit, .scopes = s::catalogue_read, .query = "code,valid_on,to", .summary = "Old and new codes of units."},
    {.id = "catalogue.code_list", .method = "GET", .path = "/v1/catalogue/code-lists/{name}", .handler = get_code_list, .scopes = s::catalogue_read, .query = "valid_on,limit,cursor", .summary = "A code list on a day."},
    {.id = "catalogue.put_mapping", .method = "PUT", .path = "/v1/catalogue/mappings/{partner}/{list}/{local_code}", .handler = put_mapping, .scopes = s::sync_replay, .body = json, .person = true, .request = "CodeMapping", .answer = "CodeMapping", .summary = "The partner's code for ours, from now on; what waited for it goes out."},
    {.id = "catalogue.mappings", .method = "GET", .path = "/v1/catalogue/mappings", .handler = list_mappings, .scopes = s::catalogue_read, .query = "partner,gaps,limit,cursor", .summary = "Local and partner codes; gaps first."},
    {.id = "openapi", .method = "GET", .path = "/v1/openapi.json", .handler = show_openapi, .summary = "This description."},
    // ---- administration, unix socket only ----
    {.id = "metrics", .method = "GET", .path = "/metrics", .handler = show_metrics, .scopes = s::sync_read, .door = Door::token_or_admin, .summary = "Prometheus text."},
    {.id = "admin.status", .method = "GET", .path = "/admin/status", .handler = admin_status, .door = admin},
    {.id = "admin.partners", .method = "GET", .path = "/admin/partners", .handler = admin_partners, .door = admin},
    {.id = "admin.dossier", .method = "GET", .path = "/admin/dossiers/{code}", .handler = admin_dossier, .door = admin},
    {.id = "admin.message", .method = "GET", .path = "/admin/messages/{id}", .handler = admin_message, .door = admin},
    {.id = "admin.queue", .method = "GET", .path = "/admin/partners/{partner}/queue", .handler = admin_queue, .door = admin, .query = "state,limit"},
    {.id = "admin.limits", .method = "GET", .path = "/admin/partners/{partner}/limits", .handler = admin_limits, .door = admin},
    {.id = "admin.breaker", .method = "POST", .path = "/admin/partners/{partner}/breaker", .handler = admin_breaker, .door = admin, .body = json},
    {.id = "admin.drain_plan", .method = "GET", .path = "/admin/drain-plan", .handler = admin_drain_plan, .door = admin, .query = "partner"},
    {.id = "admin.leg", .method = "GET", .path = "/admin/legs/{id}", .handler = admin_leg, .door = admin},
    {.id = "admin.explain", .method = "GET", .path = "/admin/legs/{id}/explain", .handler = admin_explain, .door = admin},
    {.id = "admin.redrive", .method = "POST", .path = "/admin/legs/{id}/redrive", .handler = admin_redrive, .door = admin, .body = json},
    {.id = "admin.done", .method = "POST", .path = "/admin/legs/{id}/done", .handler = admin_done, .door = admin, .body = json},
    {.id = "admin.cancel", .method = "POST", .path = "/admin/legs/{id}/cancel", .handler = admin_cancel, .door = admin, .body = json},
    {.id = "admin.replay", .method = "POST", .path = "/admin/replays", .handler = admin_replay, .door = admin, .body = json},
    {.id = "admin.approve", .method = "POST", .path = "/admin/replays/{id}/approve", .handler = approve_replay, .door = admin, .body = json},
    {.id = "admin.replays", .method = "GET", .path = "/admin/replays", .handler = list_replays, .door = admin, .query = "state,limit,cursor"},
    {.id = "admin.replay_get", .method = "GET", .path = "/admin/replays/{id}", .handler = get_replay, .door = admin, .query = "items"},
    {.id = "admin.replay_pause", .method = "POST", .path = "/admin/replays/{id}/pause", .handler = pause_replay, .door = admin, .body = json},
    {.id = "admin.replay_resume", .method = "POST", .path = "/admin/replays/{id}/resume", .handler = resume_replay, .door = admin, .body = json},
    {.id = "admin.replay_stop", .method = "POST", .path = "/admin/replays/{id}/stop", .handler = stop_replay, .door = admin, .body = json},
    {.id = "admin.job", .method = "GET", .path = "/admin/jobs/{id}", .handler = get_job, .door = admin},
    {.id = "admin.backup", .method = "POST", .path = "/admin/backup", .handler = admin_backup, .door = admin, .body = json},
    {.id = "admin.retention", .method = "GET", .path = "/admin/retention", .handler = admin_retention, .door = admin},
    {.id = "admin.hold", .method = "POST", .path = "/admin/retention/{code}/hold", .handler = admin_hold, .door = admin, .body = json},
    {.id = "admin.release", .method = "POST", .path = "/admin/retention/{code}/release", .handler = admin_release, .door = admin, .body = json},
    {.id = "admin.unmatched", .method = "GET", .path = "/admin/unmatched", .handler = admin_list_unmatched, .door = admin, .query = "state,reference,limit,cursor"},
    {.id = "admin.unmatched_close", .method = "POST", .path = "/admin/unmatched/{id}/close", .handler = admin_close_unmatched, .door = admin, .body = json},
    {.id = "admin.waybills", .method = "GET", .path = "/admin/waybills", .handler = admin_list_waybills, .door = admin},
    {.id = "admin.waybills_import", .method = "POST", .path = "/admin/waybills", .handler = admin_import_waybills, .door = admin, .body = json},
    {.id = "admin.waybill_void", .method = "POST", .path = "/admin/waybills/{number}/void", .handler = admin_void_waybill, .door = admin, .body = json},
    {.id = "admin.lookups", .method = "POST", .path = "/admin/identity-checks/search", .handler = admin_lookups, .door = admin, .body = json},
    {.id = "admin.lookup_anomalies", .method = "POST", .path = "/admin/identity-checks/anomalies", .handler = admin_lookup_anomalies, .door = admin, .body = json},
};
// clang-format on

}  // namespace

const std::vector<Route>& all_routes() {
    return rows;
}

}  // namespace gw::api
