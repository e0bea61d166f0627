// `lienthong limits`, `lienthong breaker` and `lienthong drain-plan`.
#include "gateway/app/command_calls.hpp"
#include "gateway/core/time.hpp"
#include "gateway/formats/json.hpp"

#include <ctime>
#include <iostream>

namespace gw::app {

namespace {

using core::Document;

core::Instant now() {
    return core::from_ms(static_cast<std::int64_t>(::time(nullptr)) * 1'000);
}

/// "2h" from now, or a time as it is.
std::string until_of(const std::string& text) {
    const auto length = parse_duration(text);
    return length ? core::to_rfc3339(now() + *length) : text;
}

std::string minute_of(const std::string& time) {
    return time.size() < 16 ? std::string("-") : time.substr(0, 10) + " " + time.substr(11, 5);
}

void print_plan(const Document& row) {
    std::cout << row.text_of("partner") << ": " << row.text_of("waiting") << " waiting";
    if (row.text_of("blocked") != "0")
        std::cout << ", " << row.text_of("blocked") << " blocked besides (a person must help)";
    std::cout << "\n";
    if (row.text_of("waiting") == "0") return;
    if (row.find("ceiling_per_s") == nullptr)
        std::cout << "  how much this partner bears is not known\n";
    else
        std::cout << "  " << row.text_of("backlog_per_s") << "/s for the queue of "
                  << row.text_of("ceiling_per_s") << "/s (" << row.text_of("ceiling_known_by")
                  << "); empty " << minute_of(row.text_of("empty_at")) << "\n";
    if (row.find("away") != nullptr)
        std::cout << "  it does not answer now; nobody knows until when\n";
    if (row.find("opens_at") != nullptr)
        std::cout << "  closed until " << minute_of(row.text_of("opens_at")) << "\n";
    if (row.find("looked_at") != nullptr)
        std::cout << "  dates of the oldest " << row.text_of("looked_at") << " were looked at\n";
    std::cout << "  late: " << row.text_of("late")
              << ", of these past their date already: " << row.text_of("already_late");
    if (row.find("saving_per_s") != nullptr)
        std::cout << "; " << row.text_of("saving_per_s") << "/s would save the others";
    std::cout << "\n";
    if (const Document* late = row.find("late_legs"); late != nullptr)
        for (const Document& leg : late->items())
            std::cout << "    " << minute_of(leg.text_of("legal_deadline")) << "  "
                      << leg.text_of("dossier_code") << "  " << leg.text_of("operation") << "  leg "
                      << leg.text_of("leg") << "\n";
}

}  // namespace

int limits(const CommandOptions& options, const std::string& partner) {
    return show(options, "GET", "/admin/partners/" + encode(partner) + "/limits");
}

int breaker(const CommandOptions& options, const BreakerOptions& what) {
    Document body = Document::object();
    body.set("action", Document::text(what.action));
    body.set("group", Document::text(what.group));
    if (!what.until.empty()) body.set("until", Document::text(until_of(what.until)));
    if (!what.text.empty()) body.set("text_vi", Document::text(what.text));
    body.set("reason_vi", Document::text(options.reason));
    body.set("actor", Document::text(actor(options)));
    return show(
        options,
        "POST",
        "/admin/partners/" + encode(what.partner) + "/breaker",
        formats::write_json(body)
    );
}

int drain_plan(const CommandOptions& options, const std::string& partner) {
    std::string path = "/admin/drain-plan";
    if (!partner.empty()) path += "?partner=" + encode(partner);
    int exit_code = 0;
    std::string raw;
    const auto answer = ask(options, "GET", path, "", &exit_code, &raw);
    if (!answer) return exit_code;
    if (options.json) {
        std::cout << raw << "\n";
        return 0;
    }
    if (const Document* items = answer->find("items"); items != nullptr)
        for (const Document& row : items->items()) print_plan(row);
    return 0;
}

}  // namespace gw::app
