// One question put to the database, whatever form it came in, and why one is refused.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/population/options.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sim::population {

namespace kit = sim::kit;

/// What an operation gives.
enum class Gives { person, yes_no, household, detail, list, asynchronous };
struct Operation {
    std::string_view name;
    Gives gives;
};
/// Null: no such operation.
const Operation* operation_named(std::string_view name);
const std::map<std::string_view, Operation>& operations();

/// Form of question and answer.
enum class Form { soap, json, rest };

struct Query {
    Query() = default;
    Form form = Form::soap;
    Profile profile = Profile::c06_2025;
    const Operation* operation = nullptr;
    std::string name;  // of the operation, also when it is unknown
    std::map<std::string, std::string>
        fields;               // by wire name; NgayThangNam and Nam without their parent
    std::string soap_header;  // X-Road SOAP header block to repeat; "" = none came
    std::string field(std::string_view wire) const {
        auto it = fields.find(std::string(wire));
        return it == fields.end() ? std::string() : it->second;
    }
    bool has(std::string_view wire) const { return fields.count(std::string(wire)) > 0; }
};

/// Why nothing was looked up. Status 401, 403: who asks. 400 and 500: what is asked.
struct Refusal {
    Refusal() = default;
    Refusal(int s, std::string c, std::string t, std::string f = {})
        : status(s), code(std::move(c)), text(std::move(t)), field(std::move(f)) {}
    int status = 500;
    std::string code;   // Client, Client.Order, Client.Length …
    std::string text;   // for the caller, without any person's data
    std::string field;  // wire name; "" = the whole
};

/// What a body is read by.
struct Reading {
    Reading() = default;
    Profile profile = Profile::c06_2025;
    bool enforce_order = true;
    bool want_xroad_header = false;  // at the security server's own door
    std::string xroad_service;       // "VN/GOV/G01/DANCU"
};

std::optional<Refusal> read_soap(std::string_view body, const Reading& rules, Query& into);
/// {HoVaTen, SoDinhDanh, Nam, …}
std::optional<Refusal> read_json_query(std::string_view body, Query& into);
/// {maYeuCau, maDVC, …, userNameService}
std::optional<Refusal> read_rest_query(std::string_view body, Query& into);

/// Presence, lengths, shapes; the same for every form.
std::optional<Refusal> check_fields(const Query& query);

}  // namespace sim::population
