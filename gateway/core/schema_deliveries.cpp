// Declared shapes of deliveries and of the calls about them (contract 2.8, 3.6).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv directions[] = {"collect", "return"};
constexpr sv carriers[] = {"vnpost", "myvnpost", "viettelpost", "hanoipost", "ems"};
constexpr sv states[] = {
    "requested",
    "booked",
    "awaiting_pickup",
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "delivery_failed",
    "delivered",
    "returning",
    "returned",
    "cancelled",
    "rejected",
    "lost",
    "exception"};
constexpr sv custody_steps[] = {"sealed", "handed_to_post", "received_from_post"};

constexpr Field contact_fields[] = {
    line("name", 255, "Họ tên", required),
    plain("phone", FieldType::phone, "Số điện thoại", required),
    line("email", 254, "Thư điện tử"),
    object("address", address, "Địa chỉ", required),
};
constexpr Schema contact{"Contact", contact_fields};

constexpr Field request_fields[] = {
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    word("direction", directions, "Chiều vận chuyển", required),
    word("carrier", carriers, "Đơn vị bưu chính", required),
    object("sender", contact, "Người gửi"),
    object("receiver", contact, "Người nhận"),
    texts("items", 500, "Nội dung bưu gửi", required),
    plain("cod_amount", FieldType::money, "Tiền thu hộ"),
    texts("cod_fee_ids", 40, "Khoản thu hộ"),
    line("waybill", 30, "Mã vận đơn in sẵn"),
};
constexpr Schema request{"DeliveryRequest", request_fields};

constexpr Field event_fields[] = {
    plain("at", time, "Thời điểm", read_only),
    line("code", 40, "Mã trạng thái của bưu điện", read_only),
    text("text", 500, "Nội dung", read_only),
    line("place", 100, "Nơi", read_only),
    line("source_id", 64, "Mã sự kiện", read_only),
    word("state", states, "Trạng thái", read_only),
};
constexpr Schema tracking{"DeliveryEvent", event_fields};

constexpr Field checklist_fields[] = {
    line("code", 50, "Mã thành phần", required),
    plain("present", FieldType::boolean, "Có", required),
    text("note", 500, "Ghi chú"),
};
constexpr Schema checklist{"CustodyComponent", checklist_fields};
constexpr Field custody_fields[] = {
    word("step", custody_steps, "Bước giao nhận", required),
    line("officer", 100, "Cán bộ", required),
    line("counterpart", 100, "Bên giao nhận", required),
    plain("at", time, "Thời điểm giao nhận", required),
    line("seal", 50, "Số niêm phong"),
    list("component_checklist", checklist, "Danh mục giấy tờ"),
};
constexpr Schema custody{"Custody", custody_fields};

constexpr Field delivery_fields[] = {
    plain("id", FieldType::id, "Mã chuyển phát", read_only),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", read_only),
    word("direction", directions, "Chiều vận chuyển", read_only),
    word("carrier", carriers, "Đơn vị bưu chính", read_only),
    object("sender", contact, "Người gửi", read_only),
    object("receiver", contact, "Người nhận", read_only),
    texts("items", 500, "Nội dung bưu gửi", read_only),
    plain("cod_amount", FieldType::money, "Tiền thu hộ", read_only),
    plain("payment_id", FieldType::id, "Mã giao dịch thu hộ", read_only),
    line("order_number", 60, "Số đơn hàng", read_only),
    line("waybill", 30, "Mã vận đơn", read_only),
    word("state", states, "Trạng thái", read_only),
    line("state_reason", 500, "Lý do", read_only),
    plain("state_at", time, "Thời điểm trạng thái", read_only),
    list("events", tracking, "Hành trình", read_only),
    list("custody", custody, "Giao nhận", read_only),
    texts("flags", 40, "Dấu hiệu", read_only),
    plain("cost", FieldType::money, "Cước", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
    plain("updated_at", time, "Ngày sửa", read_only),
};
constexpr Schema delivery{"Delivery", delivery_fields};

constexpr Field quote_fields[] = {
    word("carrier", carriers, "Đơn vị bưu chính", required),
    word("direction", directions, "Chiều vận chuyển", required),
    object("sender", contact, "Người gửi"),
    object("receiver", contact, "Người nhận", required),
    number("weight_g", "Khối lượng (gam)", optional, 1, 100'000),
};
constexpr Schema quote{"DeliveryQuoteRequest", quote_fields};

constexpr const Schema* rows[] = {
    &contact, &request, &tracking, &checklist, &custody, &delivery, &quote};

}  // namespace

std::span<const Schema* const> delivery_shapes() {
    return rows;
}

}  // namespace gw::core::schema_tables
