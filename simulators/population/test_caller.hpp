// For tests: a caller of the played database that builds requests, signs them and reads answers.
#pragma once

#include "simulators/population/database.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::population {

using Changes = std::map<std::string, std::string>;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// How a request is written; the defaults are those of the example.
struct Writing {
    Writing() = default;
    std::string operation = "TraCuuThongTinCongDan";
    bool newer = true;               // ten elements; false: seven
    bool qualified = true;           // children with the prefix
    std::string soap_header;         // XML inside soapenv:Header
    std::vector<std::string> order;  // other order of elements; empty = the right one
};
/// The example of the domain description with fields changed; "-" takes one away.
/// "NgayThangNam" and "Nam" are inside NgayThangNamSinh.
std::string a_request(const Changes& changes = {}, const Writing& writing = {});

class Caller {
public:
    explicit Caller(Options options = small(), std::uint64_t seed = 1);
    Database database;
    core::Instant now;
    std::string token;

    /// 2,000 persons: enough for every kind, quick to make.
    static Options small();
    kit::Answer raw(
        std::string method,
        std::string path,
        std::string body = {},
        Headers headers = {},
        std::string query = {}
    );
    /// Headers of the exchange platform for that path, good now.
    Headers exchange_headers(const std::string& path = "/dancu") const;
    /// POST /dancu with good headers.
    kit::Answer ask(const std::string& body, const std::string& path = "/dancu");
    /// The example with these changes and a fresh request id.
    kit::Answer ask_with(Changes changes, const Writing& writing = {});
    /// Gets a token once, then POSTs with all headers of the provincial platform.
    kit::Answer platform(const std::string& body, const std::string& path = "/lgsp/dancu");
    Headers platform_headers(bool json);
    void fault(const std::string& json);
    const AuditRow& last() const { return database.audit().rows().back(); }
    std::string fresh_id();

private:
    int ids_ = 0;
};

bool has(const kit::Answer& answer, std::string_view part);
/// Text of the first element with that local name, "" = none.
std::string text_of(const kit::Answer& answer, std::string_view element);
int count_of(const kit::Answer& answer, std::string_view element);

}  // namespace sim::population
