// What the platform holds: payments by reference, with everything a checker needs.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_platform {

namespace core = gw::core;

/// `hanging`: the citizen has paid or not, the bank does not say.
enum class State { open, hanging, paid, failed, cancelled, expired };
std::string_view name_of(State state);

/// Money that really came (failed tries are counted in Payment::failed_tries).
struct Transaction {
    Transaction() = default;
    std::string number, bank;  // MaGiaoDich, MaNganHang
    core::Instant at{};
    std::int64_t amount = 0;
    bool late = false;  // after the checkout had ended
};

struct Fee {
    Fee() = default;
    std::string kind, code, name;  // 1 phí, 2 lệ phí
    std::int64_t amount = 0;
};

struct Payment {
    Payment() = default;
    std::string reference, merchant, dossier, text, ip;
    std::string started;  // ThoiGianGD of INIT, as sent
    std::int64_t amount = 0;
    std::vector<Fee> fees;
    std::map<std::string, std::string> receipt;  // scalars of ThongTinBienLai
    State state = State::open;
    core::Instant created{}, expires{}, changed{};
    std::vector<Transaction> transactions;
    std::string last_number;  // MaGiaoDich of the last try
    std::string token, bill_token;
    bool clock_12h_suspect = false;
    int failed_tries = 0;
    int repeated_inits = 0, queries = 0, bills = 0, bill_reads = 0;
    int notices_sent = 0, notices_acknowledged = 0;
    int answers_refused = 0;  // merchant answered MaLoi other than 00
    int answers_badly_signed = 0;

    std::int64_t paid_amount() const {
        std::int64_t sum = 0;
        for (const auto& t : transactions) sum += t.amount;
        return sum;
    }
};

}  // namespace sim::national_platform
