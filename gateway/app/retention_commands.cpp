// `lienthong retention`.
#include "gateway/app/command_calls.hpp"
#include "gateway/core/time.hpp"
#include "gateway/formats/json.hpp"

#include <iomanip>
#include <iostream>

namespace gw::app {

namespace {

using core::Document;

std::string joined(const Document* list) {
    std::string out;
    if (list != nullptr)
        for (const Document& word : list->items())
            out += (out.empty() ? "" : ", ") + word.as_text();
    return out;
}

/// With the day each segment goes, by the configuration of this machine.
Document with_ends(Document answer, std::chrono::hours online) {
    Document rows = Document::list();
    if (const Document* segments = answer.find("segments"); segments != nullptr)
        for (Document row : segments->items()) {
            if (const auto ended = core::parse_rfc3339(row.text_of("ended")))
                row.set("kept_until", Document::text(core::to_rfc3339(*ended + online)));
            rows.push(std::move(row));
        }
    answer.set("segments", std::move(rows));
    return answer;
}

void print_table(const Document& answer) {
    const Document* segments = answer.find("segments");
    if (segments == nullptr || segments->items().empty())
        std::cout << "No segments yet.\n";
    else
        std::cout << "day         messages      rows         bytes  kept until  kept by\n";
    if (segments != nullptr)
        for (const Document& row : segments->items()) {
            const bool goes = row.text_of("removing") == "true";
            std::cout << row.text_of("day") << std::setw(10) << row.text_of("messages")
                      << std::setw(10) << row.text_of("rows") << std::setw(14)
                      << row.text_of("bytes") << "  " << row.text_of("kept_until").substr(0, 10)
                      << "  " << (goes ? "(being removed)" : joined(row.find("kept_by"))) << "\n";
        }
    if (const Document* held = answer.find("held"); held != nullptr)
        for (const Document& hold : held->items())
            std::cout << "hold: " << hold.text_of("dossier_code") << " since "
                      << hold.text_of("at").substr(0, 10) << " by " << hold.text_of("by") << ": "
                      << hold.text_of("reason_vi") << "\n";
}

}  // namespace

int retention(const CommandOptions& options, const std::string& turn, const std::string& code) {
    if (!turn.empty())
        return show(
            options, "POST", "/admin/retention/" + encode(code) + "/" + turn, reason_body(options)
        );
    const auto config = read_config(options);
    if (!config) return 2;
    int exit_code = 0;
    std::string raw;
    const auto answer = ask(options, "GET", "/admin/retention", "", &exit_code, &raw);
    if (!answer) return exit_code;
    const std::chrono::hours online(24 * config->integer("store.online_days"));
    const Document told = with_ends(*answer, online);
    if (options.json)
        std::cout << formats::write_json(told) << "\n";
    else
        print_table(told);
    return exit_code;
}

}  // namespace gw::app
