// Declared shapes of files, inbox, events, endpoints and synchronisation
// (contract 2.5, 3.3, 3.4, 3.12, 5, 6).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv attachment_states[] = {
    "uploading", "stored", "scanning", "clean", "infected", "unreadable", "purged"};
constexpr sv inbox_kinds[] = {
    "dossier",
    "supplement",
    "withdrawal",
    "payment_notice",
    "tax_notice",
    "tax_receipt",
    "result",
    "question",
    "status"};
constexpr sv inbox_states[] = {
    "collecting", "ready", "claimed", "acknowledged", "refused", "failed"};
constexpr sv feedback_sources[] = {"portal", "agency"};
constexpr sv feedback_states[] = {"new", "assigned", "answered", "published", "refused"};
constexpr sv ack_outcomes[] = {"created", "updated", "duplicate"};
constexpr sv mapping_sources[] = {"file", "added"};
constexpr sv endpoint_states[] = {"active", "failing", "disabled"};
constexpr sv sync_states[] = {
    "not_needed",
    "waiting",
    "sending",
    "delivered",
    "confirmed",
    "retrying",
    "unknown_outcome",
    "blocked",
    "rejected",
    "dead"};

constexpr Field attachment_fields[] = {
    plain("id", FieldType::id, "Mã tệp", read_only),
    line("filename", 255, "Tên tệp", read_only),
    line("media_type", 127, "Loại tệp", read_only),
    number("size", "Dung lượng", read_only),
    plain("sha256", FieldType::sha256, "Mã băm", read_only),
    word("state", attachment_states, "Tình trạng tệp", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
};
constexpr Schema attachment{"Attachment", attachment_fields};

constexpr Field upload_fields[] = {
    line("filename", 255, "Tên tệp", required),
    line("media_type", 127, "Loại tệp", required),
    number("size", "Dung lượng", required, 1),
    plain("sha256", FieldType::sha256, "Mã băm", required),
};
constexpr Schema upload{"UploadRequest", upload_fields};

constexpr Field manifest_fields[] = {
    line("name", 4000, "Tên tệp", read_only),
    number("size", "Dung lượng", read_only),
    plain("sha256", FieldType::sha256, "Mã băm", read_only),
    plain("attachment_id", FieldType::id, "Tệp đính kèm", read_only),
    word("state", attachment_states, "Tình trạng tệp", read_only),
};
constexpr Schema manifest{"ManifestEntry", manifest_fields};

constexpr Field inbox_item_fields[] = {
    plain("id", FieldType::id, "Mã mục", read_only),
    line("partner", 40, "Hệ thống gửi", read_only),
    word("kind", inbox_kinds, "Loại", read_only),
    line("partner_ref", 100, "Mã bên gửi", read_only),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", read_only),
    word("state", inbox_states, "Tình trạng", read_only),
    plain("received_at", time, "Thời điểm nhận", read_only),
    plain("claimed_until", time, "Giữ đến", read_only),
    plain("supersedes", FieldType::id, "Thay cho mục", read_only),
    line("tray", 40, "Khay", read_only),
    list("manifest", manifest, "Danh sách tệp", read_only),
    plain("payload", FieldType::free_object, "Nội dung", read_only),
    line("raw_ref", 100, "Bản gốc", read_only),
};
constexpr Schema inbox_item{"InboxItem", inbox_item_fields};

constexpr Field accept_incomplete_fields[] = {
    text("reason_vi", 2000, "Lý do nhận thiếu tệp", required),
    texts("missing", 4000, "Tệp còn thiếu", required),
};
constexpr Schema accept_incomplete{"AcceptIncomplete", accept_incomplete_fields};
constexpr Field inbox_ack_fields[] = {
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    word("outcome", ack_outcomes, "Kết quả nhận", required),
    object("accept_incomplete", accept_incomplete, "Nhận thiếu tệp"),
};
constexpr Schema inbox_ack{"InboxAck", inbox_ack_fields};

/// A question belongs to no dossier.
constexpr Field question_ack_fields[] = {
    word("outcome", ack_outcomes, "Kết quả nhận", required),
};
constexpr Schema question_ack{"QuestionAck", question_ack_fields};

constexpr Field feedback_sender_fields[] = {
    line("name", 200, "Họ tên", read_only),
    line("phone", 20, "Số điện thoại", read_only),
};
constexpr Schema feedback_sender{"FeedbackSender", feedback_sender_fields};
constexpr Field feedback_given_fields[] = {
    text("text", 20'000, "Nội dung trả lời", read_only),
    object("officer", person_ref, "Cán bộ trả lời", read_only),
    plain("at", time, "Thời điểm trả lời", read_only),
};
constexpr Schema feedback_given{"FeedbackGiven", feedback_given_fields};
constexpr Field feedback_fields[] = {
    plain("id", FieldType::id, "Mã câu hỏi", read_only),
    line("external_id", 100, "Mã bên gửi", read_only),
    line("partner", 40, "Hệ thống gửi", read_only),
    word("source", feedback_sources, "Nơi hỏi", read_only),
    line("subject", 500, "Tiêu đề", read_only),
    text("content", 20'000, "Nội dung hỏi", read_only),
    line("field_code", 50, "Mã lĩnh vực", read_only),
    line("procedure_code", 50, "Mã thủ tục", read_only),
    object("sender", feedback_sender, "Người hỏi", read_only),
    plain("received_at", time, "Thời điểm nhận", read_only),
    word("state", feedback_states, "Tình trạng", read_only),
    object("answer", feedback_given, "Trả lời", read_only),
    plain("due_at", time, "Hạn trả lời", read_only),
    plain("inbox_id", FieldType::id, "Mục hộp nhận", read_only),
};
constexpr Schema feedback{"Feedback", feedback_fields};
constexpr Field feedback_answer_fields[] = {
    text("text", 20'000, "Nội dung trả lời", required),
    object("officer", person_ref, "Cán bộ trả lời", required),
    plain("publish", FieldType::boolean, "Công khai câu hỏi cùng trả lời"),
};
constexpr Schema feedback_answer{"FeedbackAnswer", feedback_answer_fields};

constexpr Field inbox_refusal_fields[] = {
    line("reason_code", 50, "Mã lý do từ chối", required),
    text("reason_vi", 2000, "Lý do từ chối", required),
    object("officer", person_ref, "Cán bộ từ chối", required),
};
constexpr Schema inbox_refusal{"InboxRefusal", inbox_refusal_fields};

constexpr Field endpoint_fields[] = {
    plain("id", FieldType::id, "Mã địa chỉ", read_only),
    line("url", 1000, "Địa chỉ nhận thông báo", required),
    texts("types", 100, "Loại thông báo", required),
    text("description", 500, "Mô tả"),
    word("state", endpoint_states, "Tình trạng", read_only),
    line("secret", 200, "Khóa bí mật", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
};
constexpr Schema endpoint{"WebhookEndpoint", endpoint_fields};

constexpr Field event_fields[] = {
    plain("id", FieldType::id, "Mã sự kiện", read_only),
    line("type", 100, "Loại sự kiện", read_only),
    plain("timestamp", time, "Thời điểm", read_only),
    number("seq", "Số thứ tự", read_only),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", read_only),
    number("dossier_seq", "Số thứ tự trong hồ sơ", read_only),
    line("actor", 100, "Người thực hiện", read_only),
    plain("data", FieldType::free_object, "Nội dung", read_only),
};
constexpr Schema event{"Event", event_fields};

constexpr Field sync_entry_fields[] = {
    line("partner", 40, "Hệ thống", read_only),
    line("message", 100, "Loại bản tin", read_only),
    word("state", sync_states, "Tình trạng", read_only),
    plain("confirmed_at", time, "Thời điểm xác nhận", read_only),
    line("confirmed_by", 100, "Cách xác nhận", read_only),
    number("sent_version", "Phiên bản đã gửi", read_only),
    number("attempts", "Số lần gửi", read_only),
    plain("next_attempt_at", time, "Lần gửi tới", read_only),
    plain("last_error", FieldType::free_object, "Lỗi gần nhất", read_only),
    line("blocked_by", 100, "Chờ bản tin", read_only),
};
constexpr Schema sync_entry{"SyncEntry", sync_entry_fields};

constexpr Field selector_fields[] = {
    texts("dossier_codes", 50, "Mã hồ sơ"),
    plain("filter", FieldType::free_object, "Điều kiện lọc"),
};
constexpr Schema selector{"ReplaySelector", selector_fields};
constexpr Field replay_fields[] = {
    object("selector", selector, "Hồ sơ cần gửi lại", required),
    line("partner", 40, "Hệ thống nhận", required),
    text("reason_vi", 2000, "Lý do gửi lại", required),
    plain("dry_run", FieldType::boolean, "Chỉ kiểm tra"),
    number("max_age_days", "Không gửi lại bản tin cũ hơn (ngày)", Need::optional, 1, 3'650),
};
constexpr Schema replay{"ReplayRequest", replay_fields};

constexpr Field code_mapping_fields[] = {
    line("partner", 40, "Hệ thống", read_only),
    line("list", 60, "Danh mục", read_only),
    line("local_code", 200, "Mã của ta", read_only),
    line("partner_code", 200, "Mã của hệ thống kia", required),
    text("note", 500, "Ghi chú"),
    word("source", mapping_sources, "Nguồn", read_only),
};
constexpr Schema code_mapping{"CodeMapping", code_mapping_fields};

}  // namespace

std::span<const Schema* const> exchanges() {
    static constexpr const Schema* all[] = {
        &attachment,
        &upload,
        &inbox_item,
        &manifest,
        &inbox_ack,
        &accept_incomplete,
        &question_ack,
        &feedback,
        &feedback_sender,
        &feedback_given,
        &feedback_answer,
        &inbox_refusal,
        &endpoint,
        &event,
        &sync_entry,
        &replay,
        &selector,
        &code_mapping};
    return all;
}

}  // namespace gw::core::schema_tables
