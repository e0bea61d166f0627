// How the province texts citizens, from the configuration.
#include "gateway/app/notice_settings.hpp"

#include "gateway/mapping/notices.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gw::app {

namespace {

/// Minutes of the day of "21:00"; -1: none.
int minutes_of(std::string_view text) {
    const auto number = [](std::string_view digits) {
        int value = -1;
        const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return ec == std::errc() && end == digits.data() + digits.size() ? value : -1;
    };
    if (text.size() != 5 || text[2] != ':') return -1;
    const int hour = number(text.substr(0, 2)), minute = number(text.substr(3));
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

core::QuietHours read_hours(const Config& config, const char* path) {
    const std::string text = config.text(path);
    if (text == "none" || text.empty()) return {0, 0};
    const int from = minutes_of(text.substr(0, std::min<std::size_t>(5, text.size())));
    const int to = text.size() == 11 && text[5] == '-' ? minutes_of(text.substr(6)) : -1;
    if (from < 0 || to < 0)
        throw std::runtime_error(
            std::string(path) + ": \"" + text + "\" is no time. Write \"21:00-07:00\" or \"none\""
        );
    return {from, to};
}

core::NoticeTemplates read_templates(const Config& config, int parts_max) {
    std::string file = config.text("notices.templates");
    if (file.empty())
        file = (std::filesystem::path(config.text("mappings.folder")) / "notices/templates.toml")
                   .string();
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("notices.templates: cannot read " + file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::vector<mapping::Problem> problems;
    auto templates = mapping::load_notice_templates(text, file, parts_max, &problems);
    if (templates) return std::move(*templates);
    std::string all;
    for (const auto& p : problems)
        all += p.file + ":" + std::to_string(p.line) + ": " + p.what + "\n";
    throw std::runtime_error(all);
}

}  // namespace

core::NoticeSettings read_notices(const Config& config) {
    core::NoticeSettings s;
    for (const std::string channel : {"sms", "zns"})
        if (const auto partner = config.text("notices." + channel); !partner.empty()) {
            if (config.text("partner." + partner + ".connector").empty())
                throw std::runtime_error(
                    "notices." + channel + ": there is no [partner." + partner + "]"
                );
            s.providers[channel] = partner;
        }
    s.enabled = config.boolean("notices.enabled");
    if (s.providers.empty()) return s;  // nothing can be sent: the texts need not be there
    s.quiet = read_hours(config, "notices.quiet");
    s.quiet_p1 = read_hours(config, "notices.quiet_urgent");
    s.wait = config.duration("notices.wait");
    s.wait_p1 = config.duration("notices.wait_urgent");
    s.per_hour = static_cast<int>(config.integer("notices.per_hour"));
    s.per_day = static_cast<int>(config.integer("notices.per_day"));
    s.test_prefixes = config.texts("notices.test_prefixes");
    s.mandatory_events = config.texts("notices.mandatory_events");
    s.templates = read_templates(config, s.parts_max);
    return s;
}

}  // namespace gw::app
