// Compares what payment providers and the post hold with what the gateway says.
#include "simulators/app/town_check.hpp"

#include "simulators/onestop/json.hpp"

namespace sim::app::town_check {

namespace {

struct Money {
    Money() = default;
    bool known = false, paid = false;
    std::int64_t amount = 0;
};

Money held_by_platform(const national_platform::Platform& platform, const std::string& reference) {
    Money money;
    const auto it = platform.held().find(reference);
    if (it == platform.held().end()) return money;
    money.known = true;
    money.amount = it->second.paid_amount();
    money.paid = money.amount > 0;
    return money;
}

Money held_by_vnpay(const vnpay::Vnpay& vnpay, const std::string& reference) {
    Money money;
    const auto it = vnpay.held().find(reference);
    if (it == vnpay.held().end()) return money;
    money.known = true;
    money.paid = it->second.paid();
    money.amount = it->second.amount;
    return money;
}

std::string state_word(int code) {
    switch (code) {
        case vnpost::new_order:
            return "booked";
        case vnpost::waiting:
            return "awaiting_pickup";
        case vnpost::picked_up:
            return "picked_up";
        case vnpost::in_transit:
            return "in_transit";
        case vnpost::delivered:
            return "delivered";
        case vnpost::not_delivered:
            return "delivery_failed";
        case vnpost::returning:
            return "returning";
        case vnpost::returned:
            return "returned";
        case vnpost::cancelled:
            return "cancelled";
        case vnpost::out_for_delivery:
            return "out_for_delivery";
        default:
            return "";
    }
}

rapidjson::Document parsed(
    const std::map<std::string, std::string>& answers, const std::string& id
) {
    rapidjson::Document document;
    const auto it = answers.find(id);
    document.Parse(it == answers.end() ? "{}" : it->second.c_str());
    return document;
}

}  // namespace

void compare_payments(
    const onestop::Ledger& ledger,
    const std::map<std::string, std::string>& answers,
    const national_platform::Platform& platform,
    const vnpay::Vnpay& vnpay,
    Report& report
) {
    for (const auto& [id, made] : ledger.payments) {
        ++report.payments;
        const auto answer = parsed(answers, id);
        const std::string state = onestop::text_of(answer, "state");
        if (state.empty() || state == "initiated" || state == "pending" || state == "disputed") {
            ++report.payments_open;
            report.note("payment " + id + " (" + made.provider + ") ended as \"" + state + "\"");
            continue;
        }
        const bool paid = state == "paid" || state == "receipt_issued";
        if (paid) ++report.payments_paid;
        if (made.provider == "counter") continue;
        const Money money = made.provider == "vnpay" ? held_by_vnpay(vnpay, made.reference)
                                                     : held_by_platform(platform, made.reference);
        const bool agrees =
            money.paid == paid && (!paid || (money.known && money.amount == made.amount));
        if (agrees) continue;
        ++report.payments_mismatched;
        report.note(
            "payment " + id + ": the gateway says " + state + ", " + made.provider +
            (money.paid ? " has the money" : " has no money")
        );
    }
}

void compare_parcels(
    const onestop::Ledger& ledger,
    const std::map<std::string, std::string>& answers,
    const vnpost::Post& post,
    Report& report
) {
    for (const auto& [id, made] : ledger.deliveries) {
        ++report.parcels;
        const auto answer = parsed(answers, id);
        const std::string state = onestop::text_of(answer, "state");
        const auto parcel = post.parcels().find(made.order_number);
        const bool there = parcel != post.parcels().end();
        if (there && parcel->second.creates > 1) {
            ++report.duplicate_effects;
            report.note("order " + made.order_number + " became two parcels");
        }
        const bool agrees =
            there && parcel->second.ended() && state == state_word(parcel->second.code());
        if (agrees) continue;
        ++report.parcels_open;
        report.note(
            "delivery of " + made.dossier + ": the gateway says " + state + ", the post " +
            (there ? state_word(parcel->second.code()) : "knows no order " + made.order_number)
        );
    }
}

void compare_notices(const onestop::Ledger& ledger, const phone::Phones& phones, Report& report) {
    std::string read;
    for (const auto& [number, phone] : phones.phones())
        for (const auto& message : phone.messages) read += message.text + "\n";
    for (const auto& [code, promise] : ledger.promises) {
        // Who only registered was told nothing yet.
        const bool received = promise.accepted && !promise.statuses.empty();
        if (!received || read.find(code) != read.npos) continue;
        ++report.notices_untold;
    }
}

}  // namespace sim::app::town_check
