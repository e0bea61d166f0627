// For tests: a caller of the played portal that logs in, builds packets and reads answers.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_portal/portal.hpp"

#include <map>
#include <string>
#include <utility>

namespace sim::national_portal {

using Changes = std::map<std::string, std::string>;

/// A good dossier packet (section 6.7 of the domain description) with scalars changed; "-" takes
/// one away; a value that begins with '[' or '{' or '#' is raw JSON (without the '#').
std::string an_item(const Changes& changes = {});
/// A good progress line.
std::string a_line(const Changes& changes = {});
/// A good DongBoTrangThaiHoSo data.
std::string a_status(const Changes& changes = {});
/// A good survey.
std::string a_survey(const Changes& changes = {});

/// An answer taken apart.
struct Heard {
    Heard() = default;
    kit::Answer answer;
    bool json = false;
    std::string code, message, result;  // result as JSON text
};

class Caller {
public:
    explicit Caller(Options options = {}, std::uint64_t seed = 1);
    Portal portal;
    core::Instant now;
    std::string session, token;

    kit::Answer raw(
        std::string method,
        std::string path,
        std::string body = {},
        std::vector<std::pair<std::string, std::string>> headers = {},
        std::string query = {}
    );
    Heard login();
    /// POST /mapi/g with session and madonvi; `members` is JSON like R"("service":"X","data":[])".
    Heard call(const std::string& members);
    Heard create(const std::string& item) { return sync("False", item); }
    Heard update(const std::string& item) { return sync("True", item); }
    Heard sync(const std::string& updating, const std::string& items);
    Heard progress(const std::string& lines);
    Heard status(const std::string& data);
    Heard look_up(const std::string& code);
    /// Sets a fault by its JSON form.
    void fault(const std::string& json);
    /// /token, then a call of the platform.
    kit::Answer get_token();
    kit::Answer platform(
        std::string method, std::string path, std::string body = {}, std::string query = {}
    );
    const HeldDossier& held(const std::string& code = "H37.14-260302-0001");
};
Heard hear(const kit::Answer& answer);

}  // namespace sim::national_portal
