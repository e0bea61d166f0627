// Templates: finding, checking, filling in.
#include "gateway/core/notice_template.hpp"

#include "gateway/core/notice_text.hpp"
#include "gateway/core/text.hpp"

#include <algorithm>

namespace gw::core {

namespace {

constexpr std::size_t default_max = 160;

/// Texts between braces, in order of appearance.
std::vector<std::string> places_of(std::string_view text) {
    std::vector<std::string> out;
    for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == text.npos) break;
        out.emplace_back(text.substr(open + 1, close - open - 1));
    }
    return out;
}

std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& by) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto close = text[at] == '{' ? text.find('}', at) : text.npos;
        if (close == text.npos) {
            out += text[at++];
            continue;
        }
        const std::string name = text.substr(at + 1, close - at - 1);
        const auto found =
            std::find_if(by.begin(), by.end(), [&](const auto& p) { return p.first == name; });
        if (found != by.end()) out += found->second;
        at = close + 1;
    }
    return out;
}

const NoticeParam* param(const NoticeEvent& event, std::string_view name) {
    for (const NoticeParam& p : event.params)
        if (p.name == name) return &p;
    return nullptr;
}

std::string day_text(const std::string& value) {
    const auto instant = parse_rfc3339(value);
    const std::string iso = instant ? to_iso_day(local_day(*instant)) : value;
    if (iso.size() != 10) return value;
    return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

std::string money_text(std::string digits) {
    for (auto at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ".");
    return digits;
}

std::string formed(const NoticeParam& p, const std::string& value) {
    if (p.form == "date") return day_text(value);
    if (p.form == "money") return money_text(value);
    if (p.form == "time") {
        const auto at = parse_rfc3339(value);
        if (at) return to_rfc3339(*at).substr(11, 5) + " " + day_text(value);
    }
    return value;
}

/// What of the fees is still to be paid; "" when nothing is.
std::string unpaid_sum(const Document& fees) {
    std::int64_t sum = 0;
    for (const Document& fee : fees.items()) {
        if (fee.text_of("state", "unpaid") != "unpaid") continue;
        const Document* amount = fee.find("amount");
        if (amount != nullptr) sum += amount->as_integer().value_or(0);
    }
    return sum > 0 ? money_text(std::to_string(sum)) : "";
}

bool holds(const Document& snapshot, const std::pair<std::string, std::string>& condition) {
    const Document* value = snapshot.at(condition.first);
    return value != nullptr && value->as_text() == condition.second;
}

void check_one(
    const NoticeTemplates& all, const NoticeTemplate& t, int parts_max, std::vector<std::string>& to
) {
    const std::string who = t.event + "/" + t.channel + "/" + t.variant + ": ";
    const NoticeEvent* event = all.event(t.event);
    if (event == nullptr) return to.push_back(who + "there is no such event");
    if (t.text.empty() && t.provider_template.empty())
        to.push_back(who + "neither a text nor a template of the provider");
    std::vector<std::pair<std::string, std::string>> longest;
    for (const NoticeParam& p : event->params)
        longest.emplace_back(p.name, std::string(p.max == 0 ? default_max : p.max, 'x'));
    std::vector<std::string> named = places_of(t.text);
    named.insert(named.end(), t.params.begin(), t.params.end());
    for (const std::string& name : named)
        if (param(*event, name) == nullptr) to.push_back(who + "unknown place {" + name + "}");
    if (t.channel != "sms" || t.text.empty()) return;
    std::string text = filled(t.text, longest);
    // A parameter may bring a letter with marks wherever the text is kept accented.
    if (t.accented) text += "ă";
    const SmsLength length = sms_length(t.accented ? text : to_sms_ascii(text));
    if (length.parts > parts_max)
        to.push_back(
            who + std::to_string(length.parts) + " messages with the longest parameters; at most " +
            std::to_string(parts_max) + " are allowed. Shorten the text or a parameter's max"
        );
}

}  // namespace

const NoticeEvent* NoticeTemplates::event(std::string_view name) const {
    for (const NoticeEvent& e : events)
        if (e.name == name) return &e;
    return nullptr;
}

const NoticeTemplate* NoticeTemplates::find(
    std::string_view event, std::string_view channel, std::string_view variant
) const {
    const NoticeTemplate* normal = nullptr;
    for (const NoticeTemplate& t : templates) {
        if (t.event != event || t.channel != channel) continue;
        if (t.variant == variant) return &t;
        if (t.variant == "normal") normal = &t;
    }
    return variant == "discreet" ? nullptr : normal;
}

std::vector<std::string> check_templates(const NoticeTemplates& templates, int parts_max) {
    std::vector<std::string> problems;
    for (const NoticeTemplate& t : templates.templates)
        check_one(templates, t, parts_max, problems);
    for (const NoticeEvent& event : templates.events)
        for (const std::string& channel : event.channels)
            if (channel != "sms" && channel != "zns" && channel != "email")
                problems.push_back(event.name + ": unknown channel " + channel);
    return problems;
}

const NoticeEvent* caused_by(
    const NoticeTemplates& templates, std::string_view kind, const Document& snapshot
) {
    for (const NoticeEvent& event : templates.events)
        for (const auto& cause : event.causes)
            if (cause.event == kind &&
                std::all_of(cause.when.begin(), cause.when.end(), [&](const auto& condition) {
                    return holds(snapshot, condition);
                }))
                return &event;
    return nullptr;
}

Document params_of(const NoticeEvent& event, const Document& snapshot) {
    Document params = Document::object();
    for (const NoticeParam& p : event.params) {
        std::string found;
        for (const std::string& pointer : p.from) {
            const Document* value = snapshot.at(pointer);
            if (value == nullptr || !found.empty()) continue;
            if (p.form == "unpaid")
                found = unpaid_sum(*value);
            else if (!value->as_text().empty())
                found = formed(p, value->as_text());
        }
        if (found.empty()) found = p.otherwise;
        if (!found.empty()) params.set(p.name, Document::text(found));
    }
    return params;
}

std::string missing_param(const NoticeEvent& event, const Document& params) {
    for (const NoticeParam& p : event.params)
        if (p.mandatory && params.text_of(p.name).empty()) return p.name;
    return {};
}

Document render(const NoticeEvent& event, const NoticeTemplate& with, const Document& params) {
    const bool ascii = with.channel == "sms" && !with.accented;
    std::vector<std::pair<std::string, std::string>> values;
    for (const NoticeParam& p : event.params) {
        std::string value = single_blanks(params.text_of(p.name));
        if (ascii) value = to_sms_ascii(value);
        values.emplace_back(p.name, shorten(value, p.max == 0 ? default_max : p.max, ascii));
    }
    Document out = Document::object();
    if (!with.text.empty()) {
        std::string text = filled(with.text, values);
        out.set("text", Document::text(ascii ? to_sms_ascii(text) : std::move(text)));
    }
    out.set("accented", Document::boolean(!ascii));
    if (with.provider_template.empty()) return out;
    out.set("template", Document::text(with.provider_template));
    Document data = Document::object();
    for (const std::string& name : with.params)
        for (const auto& [known, value] : values)
            if (known == name) data.set(name, Document::text(value));
    out.set("data", std::move(data));
    return out;
}

}  // namespace gw::core
