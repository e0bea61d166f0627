// The option table of Viettel's SMS service.
#include "connectors/sms_viettel/options.hpp"

namespace gw::sms_viettel {

namespace {

constexpr OptionRow rows[] = {
    {"url", OptionType::url, "", "Địa chỉ dịch vụ SMS", "address of the service", false, true},
    {"user", OptionType::text, "", "Tài khoản", "User", false, true},
    {"password", OptionType::text, "", "Mật khẩu", "Password", true, true},
    {"cp_code", OptionType::text, "", "Mã CP", "CPCode", false, true},
    {"brand", OptionType::text, "", "Tên thương hiệu", "ServiceID: the brand name", false, true},
    {"request_id", OptionType::text, "1", "RequestID cố định", "constant RequestID"},
    {"connect_max", OptionType::duration, "5s", "Thời gian kết nối tối đa", "time to connect"},
    {"balance_every",
     OptionType::duration,
     "15min",
     "Chu kỳ xem số dư",
     "how often the balance is asked"},
    {"balance_low",
     OptionType::number,
     "0",
     "Cảnh báo khi số dư dưới mức này",
     "warn below this balance; 0 = never"},
};

}  // namespace

std::span<const OptionRow> option_rows() {
    return rows;
}

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader read(rows, values);
    Options o;
    o.partner = std::string(partner);
    o.url = read.text("url");
    o.user = read.text("user");
    o.password = read.text("password");
    o.cp_code = read.text("cp_code");
    o.brand = read.text("brand");
    o.request_id = read.text("request_id");
    o.connect_max = read.duration("connect_max");
    o.balance_every = read.duration("balance_every");
    o.balance_low = read.number("balance_low");
    return o;
}

}  // namespace gw::sms_viettel
