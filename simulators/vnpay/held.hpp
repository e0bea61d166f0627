// What VNPAY holds: payments by reference with their refunds, and everything a checker needs.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sim::vnpay {

namespace core = gw::core;

/// `hanging`: the bank does not say. `ended`: the codes of the payment say how.
enum class State { open, hanging, ended };
std::string_view name_of(State state);

struct Refund {
    Refund() = default;
    std::string request_id, type, number,
        by;  // type 02 full, 03 partial; number: vnp_TransactionNo
    std::int64_t amount = 0;
    core::Instant requested{}, decided{};  // when 05 became or becomes 06 or 09
    std::string status = "05";
    bool refuse = false;
};

struct Payment {
    Payment() = default;
    std::string key;  // under which it is held
    std::string reference, terminal, text, ip, locale, return_url, bank;
    std::string started;  // vnp_CreateDate as sent
    std::string hash;     // of the address it was opened with
    std::int64_t amount = 0;
    State state = State::open;
    std::string response = "", status = "01";  // vnp_ResponseCode, vnp_TransactionStatus
    std::string number = "0", bank_number,
                paid_at;  // vnp_TransactionNo, vnp_BankTranNo, vnp_PayDate
    bool late = false;    // paid after its end
    core::Instant created{}, expires{}, changed{};
    std::vector<Refund> refunds;
    std::string token;
    int opened = 0, returns = 0, queries = 0;
    int notices_sent = 0, notices_acknowledged = 0;
    std::map<std::string, int> answers;  // RspCode -> how often

    bool paid() const { return response == "00" && status == "00"; }
    /// Money taken from the citizen: also when it is suspected or did not arrive.
    bool money_taken() const { return number != "0"; }
    /// Of refunds under way or done.
    std::int64_t refunded() const {
        std::int64_t sum = 0;
        for (const auto& r : refunds)
            if (r.status != "09") sum += r.amount;
        return sum;
    }
};

}  // namespace sim::vnpay
