// For tests: a merchant of the played payment platform that signs, asks, and answers notices.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_platform/platform.hpp"
#include "simulators/national_platform/signing.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sim::national_platform {

/// An answer of the platform taken apart.
struct Heard {
    Heard() = default;
    kit::Answer answer;
    std::map<std::string, std::string>
        fields;  // scalars, unwrapped from the bus when it was wrapped
    std::string code() const { return fields.count("MaLoi") > 0 ? fields.at("MaLoi") : ""; }
    std::string text() const { return fields.count("MoTaLoi") > 0 ? fields.at("MoTaLoi") : ""; }
};

class TestMerchant {
public:
    explicit TestMerchant(Options options = {}, std::uint64_t seed = 1);
    Platform platform;
    core::Instant now;
    std::string secret = "SYNTHETIC-MABIMAT-0001", reference = "LT260057K3M9Q2C";

    /// The INIT of section 5.1 with scalars changed; names with a dot are of the receipt block;
    /// "-" takes one away. Signed after the changes, unless MaXacThuc is among them.
    std::string init_body(const Fields& changes = {}) const;
    std::string question(const std::string& kind, const Fields& changes = {}) const;
    kit::Answer raw(
        std::string method,
        std::string path,
        std::string body = {},
        std::vector<std::pair<std::string, std::string>> headers = {}
    );
    Heard say(const std::string& body, const std::string& path = "/pay");
    Heard init(const Fields& changes = {}) { return say(init_body(changes)); }
    Heard query() { return say(question("QUERY")); }
    Heard bill() { return say(question("GET_BILL")); }
    std::string act(std::string_view action, std::int64_t amount = 0) {
        return platform.act(reference, action, now, amount);
    }
    /// A good answer to a notice.
    std::string confirmation(const std::string& code = "00") const;
    /// Answers every notice that is due now; returns them.
    std::vector<payments::OutCall> hear_notices(const std::string& code = "00");
    void fault(const std::string& json);
    const Payment& held() { return platform.held().at(reference); }
};
/// Fields of a notice.
Fields said(const payments::OutCall& call);

}  // namespace sim::national_platform
