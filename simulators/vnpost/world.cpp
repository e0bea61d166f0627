// The shared state, the switches, and the small facts of an order.
#include "simulators/vnpost/world.hpp"

#include "simulators/vnpost/s10.hpp"

#include <algorithm>

namespace sim::vnpost {
namespace {

std::vector<std::string> all_switches() {
    auto out = post_switches();
    const auto& transport = kit::transport_switches();
    out.insert(out.end(), transport.begin(), transport.end());
    return out;
}

/// What follows `label` in "A: x||B: y", up to the next bar.
std::string part_of(const std::string& text, const std::string& label) {
    auto at = text.find(label);
    if (at == std::string::npos) return {};
    at += label.size();
    auto end = text.find("||", at);
    auto value = text.substr(at, end == std::string::npos ? end : end - at);
    value.erase(0, value.find_first_not_of(' '));
    return value;
}

}  // namespace

const std::vector<std::string>& post_switches() {
    static const std::vector<std::string> names{// orders
                                                "already",
                                                "reject_once",
                                                "fail",
                                                "overload",
                                                "waybill_used",
                                                "area_unknown",
                                                "commune_missing",
                                                "old_address_only",
                                                "new_address_only",
                                                "require_district",
                                                "refuse_district",
                                                "cancel_but_picked_up",
                                                "price_wrong",
                                                "token_revoked",
                                                "token_expired",
                                                "single_token",
                                                "forget",
                                                // movement
                                                "out_of_order",
                                                "duplicate_event",
                                                "future_event",
                                                "unknown_order",
                                                "foreign_customer",
                                                "unknown_status",
                                                "oid_not_growing",
                                                "event_missing",
                                                "clock_skew",
                                                "delivered_then_returning",
                                                "return_to_sender",
                                                "lost",
                                                // feed
                                                "feed_repeat",
                                                "feed_back",
                                                "feed_gap",
                                                "lastid_unknown",
                                                "total_pages_wrong",
                                                "event_time_form",
                                                "count_calls",
                                                "count_tokens",
                                                // settlement
                                                "fee_missing",
                                                "fee_other",
                                                "fee_twice",
                                                "fee_returned"};
    return names;
}

std::string message_of(int code) {
    switch (code) {
        case new_order:
            return "Đơn mới";
        case waiting:
            return "Chờ thu gom";
        case picked_up:
            return "Đã nhận bưu gửi";
        case in_transit:
            return "Đang vận chuyển";
        case delivered:
            return "Phát thành công";
        case not_delivered:
            return "Phát không thành công";
        case returning:
            return "Đang chuyển hoàn";
        case returned:
            return "Đã chuyển hoàn";
        case cancelled:
            return "Đã hủy";
        case out_for_delivery:
            return "Đang phát";
        default:
            return {};
    }
}

std::string name_of(Service service) {
    static const char* const names[] = {
        "",
        "token",
        "order",
        "waybill_order",
        "cancel",
        "tracking",
        "price",
        "information",
        "document"};
    return names[static_cast<std::size_t>(service)];
}

std::string Parcel::direction() const {
    auto service = part_of(field("SenderDesc"), "Tên dịch vụ:");
    if (service.starts_with("Thu gom")) return "collect";
    return service.starts_with("Trả") ? "return" : "";
}

std::string Parcel::dossier() const {
    auto code = part_of(field("SenderDesc"), "Mã hồ sơ:");
    if (!code.empty()) return code;
    // PO-6: -T2, -T3 … of later deliveries, -TG of a collection.
    auto dash = order.rfind("-T");
    return dash != std::string::npos && dash + 2 < order.size() ? order.substr(0, dash) : order;
}

World::World(Options o, std::uint64_t s)
    : options(std::move(o)),
      seed(s),
      faults(s, {"vnpost"}, all_switches()),
      switches(faults, {""}),
      transport(switches, s),
      journal(options.journal_entries_max),
      tokens(s) {}

std::string World::key(const std::string& customer, const std::string& order) const {
    bool first = !options.customers.empty() && options.customers.front().code == customer;
    return first ? order : customer + "/" + order;
}

kit::Occasion World::occasion(std::string_view service, const std::string& order, core::Instant now)
    const {
    kit::Occasion o;
    o.service = std::string(service);
    o.dossier = order;
    o.now = now;
    return o;
}

std::string World::fresh_waybill() {
    // Drawn from the seed's own roll, so that two posts in one test do not give the same numbers.
    auto number = s10_made("EA", kit::mix(seed, "roll") % 50'000'000 + next_waybill_++);
    while (waybills.contains(number))
        number = s10_made("EA", kit::mix(seed, "roll") % 50'000'000 + next_waybill_++);
    return number;
}

void World::reset(std::uint64_t new_seed) {
    seed = new_seed;
    faults.reset(seed);
    transport.reset(seed);
    journal.reset();
    tokens = Tokens(seed);
    due_.clear();
    held_back_.clear();
    where_.clear();
    feeds.clear();
    settlements.reset();
    parcels.clear();
    documents.clear();
    waybills.clear();
    plans.clear();
    calls.clear();
    rejected_once.clear();
    last_asked.clear();
    strangers_.clear();
    words_.clear();
    next_moment_ = next_oid_ = next_waybill_ = next_receipt_ = 1;
}

}  // namespace sim::vnpost
