// For tests: a merchant of the played VNPAY that makes addresses, asks, and answers notices.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/vnpay/signing.hpp"
#include "simulators/vnpay/vnpay.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sim::vnpay {

class TestShop {
public:
    explicit TestShop(Options options = {}, std::uint64_t seed = 1);
    Vnpay vnpay;
    core::Instant now;
    std::string secret = "SYNTHETICSECRET0123456789ABCDEF0", reference = "LT260057K3M9Q2C";

    /// Query of a good payment address with parameters changed; "-" takes one away. Signed after
    /// the changes.
    std::string query(const Fields& changes = {}) const;
    kit::Answer raw(
        std::string method,
        std::string path,
        std::string body = {},
        std::vector<std::pair<std::string, std::string>> headers = {}
    );
    /// Code of the error page, "" = the payment page came.
    std::string open(const Fields& changes = {});
    Fields ask(const std::string& body);
    /// A signed question; vnp_RequestId is fresh each time unless given.
    std::string question_body(const std::string& command, const Fields& changes = {});
    Fields querydr(const Fields& changes = {}) { return ask(question_body("querydr", changes)); }
    Fields refund(const std::string& type, std::int64_t amount, const Fields& changes = {});
    std::string act(std::string_view action, const std::string& code = {}) {
        return vnpay.act(reference, action, now, code);
    }
    std::vector<payments::OutCall> hear_notices(const std::string& code = "00");
    void fault(const std::string& json);
    const Payment& held() { return vnpay.held().at(reference); }
    /// Is the answer to a question signed well?
    bool reply_good(const std::string& command, const Fields& reply) const;

private:
    int questions_ = 0;
};
/// Parameters of a notice or of a return address.
Fields said(const std::string& path);

}  // namespace sim::vnpay
