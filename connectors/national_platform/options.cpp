// The option table of the national payment platform's connector.
#include "connectors/national_platform/options.hpp"

namespace gw::national_platform {

namespace {

constexpr OptionRow rows[] = {
    {"url",
     OptionType::url,
     "",
     "Địa chỉ dịch vụ thanh toán (trực tiếp, qua adapter hoặc trục kết nối)",
     "address of the service: direct, through the adapter or a bus",
     false,
     true},
    {"merchant",
     OptionType::text,
     "",
     "Mã đối tác (MaDoiTac)",
     "partner code (MaDoiTac)",
     false,
     true},
    {"secret", OptionType::text, "", "Mã bí mật (MaBiMat)", "secret (MaBiMat)", true, true},
    {"old_secret",
     OptionType::text,
     "",
     "Mã bí mật cũ, còn nhận khi thay khóa",
     "former secret, still accepted during a change",
     true},
    {"envelope",
     OptionType::word,
     "direct",
     "Cách trục bọc trả lời",
     "how a bus wraps the answers",
     false,
     false,
     "direct,double,nested,data"},
    {"token_url",
     OptionType::url,
     "",
     "Địa chỉ lấy mã truy cập của trục; trống: không dùng",
     "token address of a bus; empty: none"},
    {"client_id", OptionType::text, "", "Tên truy cập trên trục", "client id at the bus"},
    {"client_secret",
     OptionType::text,
     "",
     "Khóa truy cập trên trục",
     "client secret at the bus",
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
     "Khóa lgspaccesstoken, nếu trục yêu cầu",
     "lgspaccesstoken, where a bus wants it",
     true},
    {"checkout_hosts",
     OptionType::list,
     "",
     "Máy chủ được phép của trang thanh toán",
     "hosts on which the payment page may be",
     false,
     true},
    {"bill_hosts",
     OptionType::list,
     "",
     "Máy chủ được phép của biên lai, ngoài máy chủ dịch vụ",
     "hosts of receipts beside that of the service"},
    {"bill_bytes_max",
     OptionType::size,
     "10MiB",
     "Cỡ lớn nhất của tệp biên lai",
     "largest receipt"},
    {"ip_address",
     OptionType::text,
     "127.0.0.1",
     "Địa chỉ IPv4 của hệ thống",
     "IPv4 address of the gateway, when the citizen's is none"},
    {"ipn_path",
     OptionType::text,
     "/v1/ipn/national-platform",
     "Đường dẫn nhận thông báo",
     "path of notices"},
    {"ipn_answer_hash",
     OptionType::word,
     "sign",
     "Mã xác thực của trả lời: ký, hoặc lặp lại mã nhận được",
     "hash of answers to notices: our own, or the one received",
     false,
     false,
     "sign,echo"},
    {"account",
     OptionType::text,
     "",
     "Tài khoản thụ hưởng khi khoản thu không nêu",
     "beneficiary account of fees that name none"},
    {"bank_code", OptionType::text, "", "Ngân hàng thụ hưởng", "its bank"},
    {"account_name", OptionType::text, "", "Tên tài khoản thụ hưởng", "its name"},
    {"treasury_code",
     OptionType::text,
     "",
     "Mã kho bạc khi thu thẳng vào ngân sách",
     "treasury, when collected for the budget directly"},
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
    {"bill_waits",
     OptionType::list,
     "1min,5min,15min,60min,6h",
     "Thời gian chờ trước khi hỏi lại biên lai",
     "before a receipt is asked for again; the last from then on"},
    {"unknown_after",
     OptionType::duration,
     "20min",
     "Sau bao lâu thì tin rằng nền tảng không có giao dịch",
     "age of a payment from which an unknown reference is believed"},
    {"connect_max", OptionType::duration, "5s", "Thời gian kết nối tối đa", "time to connect"},
};

}  // namespace

std::span<const OptionRow> option_rows() {
    return rows;
}

namespace {
/// build() refuses what is no duration.
std::vector<core::Duration> waits_of(const std::vector<std::string>& texts) {
    std::vector<core::Duration> waits;
    for (const auto& text : texts)
        if (const auto wait = connector_kit::parse_duration(text)) waits.push_back(*wait);
    if (waits.empty()) waits.emplace_back(60'000);
    return waits;
}
}  // namespace

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader read(rows, values);
    Options o;
    o.partner = std::string(partner);
    o.url = read.text("url");
    o.merchant = read.text("merchant");
    o.secret = read.text("secret");
    o.old_secret = read.text("old_secret");
    o.envelope = connector_kit::envelope_from_word(read.text("envelope")).value_or(o.envelope);
    o.token_url = read.text("token_url");
    o.client_id = read.text("client_id");
    o.client_secret = read.text("client_secret");
    o.token_header = read.text("token_header");
    o.lgsp_access_token = read.text("lgsp_access_token");
    o.checkout_hosts = read.list("checkout_hosts");
    o.bill_hosts = read.list("bill_hosts");
    o.bill_bytes_max = read.size("bill_bytes_max");
    o.ip_address = read.text("ip_address");
    o.ipn_path = read.text("ipn_path");
    o.echo_answer_hash = read.text("ipn_answer_hash") == "echo";
    o.account = read.text("account");
    o.bank_code = read.text("bank_code");
    o.account_name = read.text("account_name");
    o.treasury_code = read.text("treasury_code");
    o.day_file_url = read.text("day_file_url");
    o.agency = read.text("agency");
    o.watch_every = read.duration("watch_every");
    o.unknown_after = read.duration("unknown_after");
    o.bill_waits = waits_of(read.list("bill_waits"));
    o.connect_max = read.duration("connect_max");
    return o;
}

}  // namespace gw::national_platform
