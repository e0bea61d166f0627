// The option table of the post's connector.
#include "connectors/vnpost/options.hpp"

namespace gw::vnpost {

namespace {

constexpr OptionRow rows[] = {
    {"url",
     OptionType::url,
     "",
     "Địa chỉ gốc dịch vụ bưu chính hoặc trục kết nối",
     "base address of the post's service or of the bus",
     false,
     true},
    {"token_path",
     OptionType::text,
     "token",
     "Đường dẫn lấy mã truy cập",
     "path of the token call"},
    {"order_path",
     OptionType::text,
     "vnpost_orderpost",
     "Đường dẫn tạo đơn",
     "path of order creation"},
    {"waybill_path",
     OptionType::text,
     "vnpost_orderpost_itemcode",
     "Đường dẫn tạo đơn với mã vận đơn in sẵn",
     "path of orders with a pre-printed waybill"},
    {"cancel_path",
     OptionType::text,
     "vnpost_ordercancel",
     "Đường dẫn hủy đơn",
     "path of cancellation"},
    {"tracking_path",
     OptionType::text,
     "vnpost_ordertracking",
     "Đường dẫn hành trình",
     "path of the tracking feed"},
    {"price_path", OptionType::text, "vnpost_pricehcc", "Đường dẫn tính cước", "path of prices"},
    {"customer_key",
     OptionType::text,
     "",
     "Tên truy cập (customerKey)",
     "customerKey",
     false,
     true},
    {"customer_secret", OptionType::text, "", "Khóa bí mật (secretKey)", "secretKey", true, true},
    {"customer_code",
     OptionType::text,
     "",
     "Mã khách hàng hợp đồng",
     "contract code (CustomerCode)",
     false,
     true},
    {"token_header",
     OptionType::word,
     "authorization",
     "Tiêu đề mang mã truy cập",
     "header that carries the token",
     false,
     false,
     "authorization,access_token,both"},
    {"lgsp_access_token",
     OptionType::text,
     "",
     "Giá trị tiêu đề lgspaccesstoken (trục kiểu B)",
     "value of the header lgspaccesstoken (bus of style B)",
     true},
    {"envelope",
     OptionType::word,
     "direct",
     "Vỏ bọc của trả lời",
     "envelope around answers",
     false,
     false,
     "direct,double,nested,data"},
    {"agency", OptionType::text, "", "Mã đơn vị nhận hành trình", "tenant of what is unmatched"},
    {"office_name", OptionType::text, "", "Tên bộ phận một cửa", "name of the office", false, true},
    {"office_phone",
     OptionType::text,
     "",
     "Số điện thoại bộ phận một cửa",
     "phone of the office",
     false,
     true},
    {"office_email", OptionType::text, "", "Thư điện tử bộ phận một cửa", "e-mail of the office"},
    {"office_address",
     OptionType::text,
     "",
     "Địa chỉ bộ phận một cửa",
     "street address of the office",
     false,
     true},
    {"office_province",
     OptionType::text,
     "",
     "Mã tỉnh của bộ phận một cửa (2 chữ số)",
     "province code of the office (2 digits)",
     false,
     true},
    {"office_commune",
     OptionType::text,
     "",
     "Mã xã của bộ phận một cửa (5 chữ số)",
     "commune code of the office (5 digits)",
     false,
     true},
    {"settlement_url",
     OptionType::text,
     "",
     "Địa chỉ tệp đối soát tiền thu hộ, có {date} và {seq} hoặc {seq2}; để trống = không thu hộ",
     "address of the settlement files of collected money, with {date} and {seq} or {seq2}; "
     "empty = nothing is collected (PO-17)"},
    {"unmapped_area",
     OptionType::text,
     "",
     "Mã địa bàn gửi thay khi chưa có ánh xạ; để trống = giữ lại chờ khai báo (PO-7)",
     "area code to send when nothing maps; empty = the order waits (PO-7)"},
    {"desc_identity",
     OptionType::flag,
     "false",
     "In số định danh lên mô tả bưu gửi",
     "put the identity number into the parcel's description"},
    {"poll", OptionType::duration, "600s", "Chu kỳ đọc hành trình", "how often the feed is read"},
    {"connect_max", OptionType::duration, "5s", "Thời gian kết nối tối đa", "time to connect"},
    {"page_size", OptionType::number, "200", "Số sự kiện mỗi trang", "events on a page"},
    {"rewind_hours", OptionType::number, "48", "Số giờ đọc lại mỗi ngày", "hours read again daily"},
};

}  // namespace

std::span<const OptionRow> option_rows() {
    return rows;
}

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader read(rows, values);
    Options o;
    o.partner = std::string(partner);
    o.agency = read.text("agency");
    o.url = read.text("url");
    o.token_path = read.text("token_path");
    o.order_path = read.text("order_path");
    o.waybill_path = read.text("waybill_path");
    o.cancel_path = read.text("cancel_path");
    o.tracking_path = read.text("tracking_path");
    o.price_path = read.text("price_path");
    o.customer_key = read.text("customer_key");
    o.customer_secret = read.text("customer_secret");
    o.customer_code = read.text("customer_code");
    o.token_header = read.text("token_header");
    o.lgsp_access_token = read.text("lgsp_access_token");
    o.envelope = *connector_kit::envelope_from_word(read.text("envelope"));
    o.office_name = read.text("office_name");
    o.office_phone = read.text("office_phone");
    o.office_email = read.text("office_email");
    o.office_address = read.text("office_address");
    o.office_province = read.text("office_province");
    o.office_commune = read.text("office_commune");
    o.settlement_url = read.text("settlement_url");
    o.unmapped_area = read.text("unmapped_area");
    o.desc_identity = read.flag("desc_identity");
    o.poll = read.duration("poll");
    o.connect_max = read.duration("connect_max");
    o.page_size = static_cast<int>(read.number("page_size"));
    o.rewind_hours = static_cast<int>(read.number("rewind_hours"));
    return o;
}

}  // namespace gw::vnpost
