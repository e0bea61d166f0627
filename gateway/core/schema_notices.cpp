// Declared shapes of notifications and of what a phone wants (contract 3.8).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv channels[] = {"zns", "sms", "email"};
constexpr sv categories[] = {"transactional", "survey", "news"};
constexpr sv states[] = {
    "scheduled",
    "sending",
    "sent",
    "delivered",
    "read",
    "failed",
    "suppressed",
    "expired",
    "unknown"};
constexpr sv dispatch_states[] = {
    "queued", "submitted", "delivered", "read", "failed", "unknown", "suppressed"};

constexpr Field recipient_fields[] = {
    plain("phone", FieldType::phone, "Số điện thoại"),
    line("email", 254, "Thư điện tử"),
    line("name", 255, "Họ tên"),
};
constexpr Schema recipient{"NotificationRecipient", recipient_fields};

constexpr Field request_fields[] = {
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    line("event", 40, "Sự kiện", required),
    object("recipient", recipient, "Người nhận"),
    texts("channels", 10, "Kênh"),
    plain("params", FieldType::free_object, "Tham số", required),
    plain("not_before", time, "Không gửi trước"),
    line("dedupe_key", 120, "Khóa chống trùng"),
};
constexpr Schema request{"NotificationRequest", request_fields};

constexpr Field dispatch_fields[] = {
    line("id", 60, "Mã lần gửi", read_only),
    word("channel", channels, "Kênh", read_only),
    line("provider", 40, "Nhà cung cấp", read_only),
    plain("at", time, "Thời điểm", read_only),
    line("provider_id", 100, "Mã của nhà cung cấp", read_only),
    word("state", dispatch_states, "Trạng thái", read_only),
    plain("state_at", time, "Thời điểm trạng thái", read_only),
    line("code", 40, "Mã trả lời", read_only),
    text("text", 500, "Nội dung trả lời", read_only),
    line("reason", 60, "Lý do", read_only),
};
constexpr Schema dispatch{"NotificationDispatch", dispatch_fields};

constexpr Field notification_fields[] = {
    plain("id", FieldType::id, "Mã tin", read_only),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", read_only),
    line("event", 40, "Sự kiện", read_only),
    line("priority", 2, "Mức ưu tiên", read_only),
    line("variant", 10, "Mẫu", read_only),
    word("state", states, "Trạng thái", read_only),
    line("reason", 60, "Lý do", read_only),
    list("dispatches", dispatch, "Các lần gửi", read_only),
    plain("not_before", time, "Không gửi trước", read_only),
    plain("expires_at", time, "Hết hạn", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
    plain("updated_at", time, "Ngày sửa", read_only),
};
constexpr Schema notification{"Notification", notification_fields};

constexpr Field choice_fields[] = {
    word("channel", channels, "Kênh", required),
    word("category", categories, "Loại tin", required),
};
constexpr Schema choice{"ContactChoice", choice_fields};
constexpr Field preference_fields[] = {
    list("opt_outs", choice, "Từ chối nhận"),
    list("consents", choice, "Đồng ý nhận"),
};
constexpr Schema preferences{"ContactPreferences", preference_fields};

constexpr const Schema* rows[] = {
    &recipient, &request, &dispatch, &notification, &choice, &preferences};

}  // namespace

std::span<const Schema* const> notice_shapes() {
    return rows;
}

}  // namespace gw::core::schema_tables
