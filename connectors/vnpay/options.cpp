// The option table of VNPAY's connector.
#include "connectors/vnpay/options.hpp"

namespace gw::vnpay {

namespace {

constexpr OptionRow rows[] = {
    {"pay_url",
     OptionType::url,
     "",
     "Địa chỉ trang thanh toán (…/paymentv2/vpcpay.html)",
     "address of the payment page",
     false,
     true},
    {"api_url",
     OptionType::url,
     "",
     "Địa chỉ truy vấn và hoàn tiền (…/merchant_webapi/api/transaction)",
     "address of queries and refunds",
     false,
     true},
    {"terminal",
     OptionType::text,
     "",
     "Mã website (vnp_TmnCode)",
     "terminal (vnp_TmnCode)",
     false,
     true},
    {"secret", OptionType::text, "", "Chuỗi bí mật", "secret", true, true},
    {"old_secret",
     OptionType::text,
     "",
     "Chuỗi bí mật cũ, còn nhận khi thay khóa",
     "former secret, still accepted during a change",
     true},
    {"return_url",
     OptionType::url,
     "",
     "Địa chỉ quay về khi hồ sơ không nêu",
     "browser return when the payment names none",
     false,
     true},
    {"order_type", OptionType::text, "other", "Nhóm hàng hóa", "goods group"},
    {"bank_code", OptionType::text, "", "Ngân hàng chọn trước", "preselected bank"},
    {"ip_address",
     OptionType::text,
     "127.0.0.1",
     "Địa chỉ IPv4 của hệ thống",
     "IPv4 address of the gateway, when the citizen's is not known"},
    {"ipv6",
     OptionType::flag,
     "false",
     "Gửi được địa chỉ IPv6",
     "IPv6 addresses may be sent (PY-11)"},
    {"ipn_path", OptionType::text, "/v1/ipn/vnpay", "Đường dẫn nhận thông báo", "path of notices"},
    {"day_file_url",
     OptionType::text,
     "",
     "Địa chỉ tệp đối soát ngày, có {date} và {seq}; trống: không đối soát",
     "day file with {date} and {seq}; empty: off"},
    {"agency",
     OptionType::text,
     "",
     "Mã đơn vị của báo cáo đối soát",
     "tenant of the day's report"},
    {"watch_every",
     OptionType::duration,
     "30s",
     "Chu kỳ soát giao dịch chờ",
     "how often open payments are looked at"},
    {"connect_max", OptionType::duration, "5s", "Thời gian kết nối tối đa", "time to connect"},
};

}  // namespace

std::span<const OptionRow> option_rows() {
    return rows;
}

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader read(rows, values);
    Options o;
    o.partner = std::string(partner);
    o.pay_url = read.text("pay_url");
    o.api_url = read.text("api_url");
    o.terminal = read.text("terminal");
    o.secret = read.text("secret");
    o.old_secret = read.text("old_secret");
    o.return_url = read.text("return_url");
    o.order_type = read.text("order_type");
    o.bank_code = read.text("bank_code");
    o.ip_address = read.text("ip_address");
    o.ipv6 = read.flag("ipv6");
    o.ipn_path = read.text("ipn_path");
    o.day_file_url = read.text("day_file_url");
    o.agency = read.text("agency");
    o.watch_every = read.duration("watch_every");
    o.connect_max = read.duration("connect_max");
    return o;
}

}  // namespace gw::vnpay
