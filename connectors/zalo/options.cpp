// The option table of Zalo's notification service.
#include "connectors/zalo/options.hpp"

namespace gw::zalo {

namespace {

constexpr OptionRow rows[] = {
    {"url",
     OptionType::url,
     "https://business.openapi.zalo.me",
     "Địa chỉ dịch vụ ZNS",
     "address of the notification service"},
    {"token_url",
     OptionType::url,
     "https://oauth.zaloapp.com/v4/oa/access_token",
     "Địa chỉ cấp mã truy cập",
     "address that gives tokens"},
    {"app_id", OptionType::text, "", "Mã ứng dụng Zalo", "app_id", false, true},
    {"app_secret", OptionType::text, "", "Khóa ứng dụng (secret_key)", "secret_key", true, true},
    {"oa_secret",
     OptionType::text,
     "",
     "Khóa ký sự kiện của tài khoản Zalo",
     "secret of the account's events",
     true,
     true},
    {"refresh_token",
     OptionType::text,
     "",
     "Mã làm mới khi cấp quyền; đổi giá trị này sau mỗi lần cấp quyền lại",
     "refresh token of the authorisation; a new value here replaces what is stored",
     true,
     true},
    {"event_path",
     OptionType::text,
     "/in/zalo/events",
     "Đường dẫn nhận sự kiện từ Zalo",
     "path of Zalo's events"},
    {"connect_max", OptionType::duration, "5s", "Thời gian kết nối tối đa", "time to connect"},
    {"poll", OptionType::duration, "60s", "Chu kỳ hỏi tin chưa rõ", "how often statuses are asked"},
    {"wait_urgent",
     OptionType::duration,
     "15min",
     "Chờ báo nhận của tin gấp trước khi hỏi",
     "wait for the report of an urgent notice before asking"},
    {"wait",
     OptionType::duration,
     "2h",
     "Chờ báo nhận trước khi hỏi",
     "wait for the report before asking"},
    {"clock_max",
     OptionType::duration,
     "10min",
     "Độ lệch thời gian tối đa của sự kiện",
     "how old an event may be"},
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
    o.token_url = read.text("token_url");
    o.app_id = read.text("app_id");
    o.app_secret = read.text("app_secret");
    o.oa_secret = read.text("oa_secret");
    o.refresh_token = read.text("refresh_token");
    o.event_path = read.text("event_path");
    o.connect_max = read.duration("connect_max");
    o.poll = read.duration("poll");
    o.wait_p1 = read.duration("wait_urgent");
    o.wait = read.duration("wait");
    o.clock_max = read.duration("clock_max");
    return o;
}

}  // namespace gw::zalo
