// Parts of the providers' pages beside those of the kit: amounts, badges, buttons, journal, what a
// form says.
#pragma once

#include "simulators/kit/journal.hpp"
#include "simulators/kit/pages.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::payments {

/// A page whose forms may lead to the merchant's site.
kit::Answer shown(int status, std::string html);
/// The frame of a payment page in this colour.
kit::pages::Frame frame(std::string name, std::string colour);
/// Two columns: word and value (escaped here).
std::string facts(const std::vector<std::pair<std::string, std::string>>& rows);
std::string badge(std::string_view word, std::string_view kind);  // kind: good, bad, wait, ""
/// Posts action=…; inside a form.
std::string button(std::string_view action, std::string_view word, bool main = false);
/// "16.000 đồng"
std::string money(std::int64_t amount);
std::string journal_table(const kit::Journal& journal, const std::string& key);
std::string files_table(const std::vector<std::string>& names);

/// Fields of a form body (application/x-www-form-urlencoded) or of a JSON object; a query counts
/// too.
std::map<std::string, std::string> form_of(const kit::Call& call);
/// The caller is a program: Accept names JSON, or the body is JSON and Accept does not name HTML.
bool wants_json(const kit::Call& call);

}  // namespace sim::payments
