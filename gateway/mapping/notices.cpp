// Loads the texts to citizens.
#include "gateway/mapping/notices.hpp"

#include "gateway/mapping/table_reader.hpp"

#include <algorithm>
#include <charconv>

namespace gw::mapping {

namespace {

/// "EVENT /pointer=text /pointer=text".
core::NoticeEvent::Cause read_cause(TableReader& row, std::string_view words) {
    core::NoticeEvent::Cause cause;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        const std::string_view word = words.substr(0, end);
        words.remove_prefix(std::min(end + 1, words.size()));
        if (word.empty()) continue;
        if (cause.event.empty()) {
            cause.event = word;
            continue;
        }
        const auto equals = word.find('=');
        if (!word.starts_with('/') || equals == word.npos) {
            row.problem("'" + std::string(word) + "' must be /pointer=text");
            continue;
        }
        cause.when.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return cause;
}

/// "24h", "10min".
core::Duration read_life(TableReader& row) {
    const std::string text = row.text("life", "24h");
    std::int64_t count = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (ec == std::errc() && count > 0 && count < 10'000) {
        if (unit == "h") return std::chrono::hours(count);
        if (unit == "min") return std::chrono::minutes(count);
    }
    row.problem("'life' must be like \"24h\" or \"10min\"");
    return std::chrono::hours(24);
}

core::NoticeParam read_param(TableReader& row) {
    core::NoticeParam param;
    param.name = row.needed("name");
    param.from = row.texts("from");
    param.form = row.word("form", {"", "date", "money", "time", "unpaid"}, "");
    param.max = static_cast<std::size_t>(row.integer("max", 0));
    param.otherwise = row.text("otherwise");
    param.mandatory = row.boolean("mandatory", true);
    row.finish();
    return param;
}

core::NoticeEvent read_event(
    const Node& node, std::string_view file, std::vector<Problem>& problems
) {
    TableReader row(node, file, problems);
    core::NoticeEvent event;
    event.name = row.needed("name");
    for (const std::string& cause : row.texts("on")) event.causes.push_back(read_cause(row, cause));
    event.channels = row.texts("channels");
    event.priority = row.word("priority", {"p1", "p2", "p3"}, "p2");
    event.category = row.word("category", {"transactional", "survey", "news"}, "transactional");
    event.life = read_life(row);
    event.status = row.boolean("status", false);
    event.action = row.boolean("action", false);
    event.any_hour = row.boolean("any_hour", false);
    for (const Node* param : row.tables("param")) {
        TableReader reader(*param, file, problems);
        event.params.push_back(read_param(reader));
    }
    row.finish();
    return event;
}

core::NoticeTemplate read_template(TableReader& row) {
    core::NoticeTemplate t;
    t.event = row.needed("event");
    t.channel = row.word("channel", {"sms", "zns", "email"}, "sms");
    t.variant = row.word("variant", {"normal", "discreet"}, "normal");
    t.text = row.text("text");
    t.provider_template = row.text("provider_template");
    t.params = row.texts("params");
    t.accented = row.boolean("accented", false);
    row.finish();
    return t;
}

}  // namespace

core::Result<core::NoticeTemplates> load_notice_templates(
    std::string_view toml, std::string_view file, int parts_max, std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    core::NoticeTemplates out;
    if (const auto root = read_toml(toml, file, found)) {
        TableReader reader(*root, file, found);
        out.discreet_procedures = reader.texts("discreet_procedures");
        for (const Node* node : reader.tables("event"))
            out.events.push_back(read_event(*node, file, found));
        for (const Node* node : reader.tables("template")) {
            TableReader row(*node, file, found);
            out.templates.push_back(read_template(row));
        }
        reader.finish();
        for (std::string& what : core::check_templates(out, parts_max))
            reader.problem(std::move(what));
    }
    if (found.size() > before)
        return core::give_up("templates.invalid", std::string(file) + ": " + found[before].what);
    return out;
}

}  // namespace gw::mapping
