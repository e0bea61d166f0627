// `lienthong waybills` and `lienthong lookups`.
#include "gateway/app/command_calls.hpp"
#include "gateway/formats/json.hpp"

#include <iostream>

namespace gw::app {

namespace {

using core::Document;

void set_text(Document& body, const char* name, const std::string& value) {
    if (!value.empty()) body.set(name, Document::text(value));
}

Document with_reason(const CommandOptions& options) {
    Document body = Document::object();
    body.set("reason_vi", Document::text(options.reason));
    body.set("actor", Document::text(actor(options)));
    return body;
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of("\",\n\r") == cell.npos) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

/// The rows of `items` under one line of names.
void print_csv(const Document& answer) {
    const Document* items = answer.find("items");
    if (items == nullptr) return;
    bool head = true;
    for (const Document& row : items->items()) {
        std::string names, cells;
        for (const auto& m : row.members()) {
            names += (names.empty() ? "" : ",") + m.name;
            cells += (cells.empty() ? "" : ",") + quoted(m.value.as_text());
        }
        if (head) std::cout << names << "\n";
        std::cout << cells << "\n";
        head = false;
    }
}

}  // namespace

int waybills(const CommandOptions& options, const WaybillOptions& what) {
    if (what.first.empty() && what.void_number.empty())
        return show(options, "GET", "/admin/waybills");
    const auto config = read_config(options);
    if (!config) return 2;
    auto body = with_reason(options);
    set_text(body, "agency", what.agency.empty() ? config->text("province.id") : what.agency);
    if (!what.void_number.empty())
        return show(
            options,
            "POST",
            "/admin/waybills/" + encode(what.void_number) + "/void",
            formats::write_json(body)
        );
    set_text(body, "carrier", what.carrier);
    set_text(body, "unit", what.unit);
    set_text(body, "first", what.first);
    set_text(body, "last", what.last.empty() ? what.first : what.last);
    return show(options, "POST", "/admin/waybills", formats::write_json(body));
}

int lookups(const CommandOptions& options, const LookupOptions& what) {
    auto body = with_reason(options);
    set_text(body, "from", what.from);
    set_text(body, "to", what.to);
    set_text(body, "officer", what.officer);
    set_text(body, "unit", what.unit);
    set_text(body, "procedure_code", what.procedure);
    if (what.person) {  // never on the command line, where every user of the machine reads it
        std::string number;
        std::getline(std::cin, number);
        set_text(body, "person", number);
    }
    const std::string path =
        std::string("/admin/identity-checks/") + (what.anomalies ? "anomalies" : "search");
    if (!what.csv) return show(options, "POST", path, formats::write_json(body));
    int exit_code = 0;
    std::string raw;
    const auto answer = ask(options, "POST", path, formats::write_json(body), &exit_code, &raw);
    if (answer) print_csv(*answer);
    return exit_code;
}

}  // namespace gw::app
