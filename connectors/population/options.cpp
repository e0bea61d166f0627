// The option table of the population database's connector.
#include "connectors/population/options.hpp"

namespace gw::population {

namespace {

constexpr OptionRow rows[] = {
    {"url",
     OptionType::url,
     "",
     "Địa chỉ dịch vụ, đúng từng ký tự như khi tính mã xác thực",
     "service address, character by character as it is signed",
     false,
     true},
    {"door",
     OptionType::word,
     "exchange",
     "Đường kết nối",
     "how it is reached",
     false,
     false,
     "exchange,provincial"},
    {"profile",
     OptionType::word,
     "c06-2025",
     "Bộ trường dữ liệu",
     "set of fields",
     false,
     false,
     "c06-2021,c06-2025"},
    {"user", OptionType::text, "", "Tên truy cập (nền tảng trao đổi)", "user of the exchange"},
    {"secret",
     OptionType::text,
     "",
     "Khóa bí mật (nền tảng trao đổi)",
     "secret of the exchange",
     true},
    {"xroad_client", OptionType::text, "", "Định danh X-Road-Client", "header X-Road-Client"},
    {"api_key", OptionType::text, "", "ApiKey", "header ApiKey", true},
    {"token_url",
     OptionType::text,
     "",
     "Địa chỉ lấy mã truy cập (trục tỉnh)",
     "token address of the bus"},
    {"client_id", OptionType::text, "", "Tên truy cập trục tỉnh", "client of the bus"},
    {"client_secret", OptionType::text, "", "Khóa truy cập trục tỉnh", "secret of the bus", true},
    {"lgsp_access_token",
     OptionType::text,
     "",
     "Giá trị tiêu đề lgspaccesstoken",
     "value of the header lgspaccesstoken",
     true},
    {"officer_keys",
     OptionType::text,
     "",
     "Khóa của từng cán bộ: tên=khóa:mật khẩu, …",
     "key of each officer: name=key:password, …",
     true},
    {"madvc_override",
     OptionType::text,
     "",
     "Hằng số thay cho mã thủ tục (PD-7)",
     "constant instead of the procedure code (PD-7)"},
    {"name_form",
     OptionType::word,
     "upper",
     "Cách viết họ tên (PD-3)",
     "form of names (PD-3)",
     false,
     false,
     "upper,upper_ascii,upper_ascii_nospace"},
    {"timestamp_unit",
     OptionType::word,
     "ms",
     "Đơn vị của Timestamp",
     "unit of Timestamp",
     false,
     false,
     "ms,s"},
    {"json_envelope",
     OptionType::flag,
     "false",
     "Trả lời SOAP nằm trong JSON",
     "the SOAP answer comes as text in JSON"},
    {"connect_max", OptionType::duration, "3s", "Thời gian kết nối tối đa", "time to connect"},
    {"total_max", OptionType::duration, "12s", "Thời gian chờ tối đa", "whole time of a question"},
    {"per_second",
     OptionType::number,
     "5",
     "Số lượt tra cứu mỗi giây (PD-14)",
     "questions a second (PD-14)"},
};

}  // namespace

std::span<const OptionRow> option_rows() {
    return rows;
}

std::map<std::string, std::string> read_keys(std::string_view text) {
    std::map<std::string, std::string> keys;
    for (const std::string& part : connector_kit::parse_list(text)) {
        const auto equals = part.find('=');
        if (equals == part.npos || part.find(':', equals) == part.npos) continue;
        keys[part.substr(0, equals)] = part.substr(equals + 1);
    }
    return keys;
}

Options read_options(const connector_kit::OptionValues& values, std::string_view partner) {
    const connector_kit::OptionReader read(rows, values);
    Options o;
    o.partner = std::string(partner);
    o.url = read.text("url");
    o.door = read.text("door") == "exchange" ? Door::exchange : Door::provincial;
    o.profile = read.text("profile");
    o.user = read.text("user");
    o.secret = read.text("secret");
    o.xroad_client = read.text("xroad_client");
    o.api_key = read.text("api_key");
    o.token_url = read.text("token_url");
    o.client_id = read.text("client_id");
    o.client_secret = read.text("client_secret");
    o.lgsp_access_token = read.text("lgsp_access_token");
    o.officer_keys = read_keys(read.text("officer_keys"));
    o.madvc_override = read.text("madvc_override");
    const std::string form = read.text("name_form");
    o.name_form = form == "upper"         ? NameForm::upper
                  : form == "upper_ascii" ? NameForm::upper_ascii
                                          : NameForm::upper_ascii_nospace;
    o.timestamp_seconds = read.text("timestamp_unit") == "s";
    o.json_envelope = read.flag("json_envelope");
    o.connect_max = read.duration("connect_max");
    o.total_max = read.duration("total_max");
    o.per_second = static_cast<int>(read.number("per_second"));
    return o;
}

}  // namespace gw::population
