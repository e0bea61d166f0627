// What the post holds about one order and its parcel, as a checker in the same process reads it.
#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sim::vnpost {

namespace core = gw::core;
using Texts = std::map<std::string, std::string>;

/// Codes of the feed; only 4 is proved, the others are the ones both sides assume.
enum Code : int {
    new_order = 0,
    waiting = 1,
    picked_up = 2,
    in_transit = 3,
    delivered = 4,
    not_delivered = 5,
    returning = 6,
    returned = 7,
    cancelled = 8,
    out_for_delivery = 9
};
/// "Phát thành công"; "" for a code that has no name.
std::string message_of(int code);

/// One thing that happened to the parcel, whether the feed told it rightly or not.
struct Happened {
    Happened() = default;
    int code = 0;
    core::Instant at{};
    std::string note, office;
};

/// Money the post collected from the receiver.
struct Collected {
    Collected() = default;
    std::int64_t amount = 0;
    core::Instant at{};
    std::string receipt_no;
    bool settled = false;  // a settlement file with it was made
};

struct Parcel {
    Parcel() = default;
    std::string order, customer;
    Texts fields;              // as sent, flattened: Sender.Province is SenderProvince
    std::string waybill;       // given by the customer, or by the post
    bool own_waybill = false;  // pre-printed, by the customer
    std::string journey;       // script it runs along
    std::size_t next_step = 0;
    std::optional<core::Instant> next_at;  // nullopt: nothing more happens by itself
    std::vector<Happened> history;         // in order of time
    std::int64_t cod = 0;
    std::optional<Collected> collected;

    // Effects, counted
    int creates = 0;        // more than one is an effect too many
    int repeats = 0;        // the same order again, equal content: answered 101
    int other_content = 0;  // the same order number with other content: answered 101 too
    int cancels = 0;        // cancels that were accepted
    int refused_cancels = 0;
    core::Instant created{};

    int code() const { return history.empty() ? -1 : history.back().code; }
    bool ended() const {
        int c = code();
        return c == delivered || c == returned || c == cancelled;
    }
    std::string field(const std::string& name) const {
        auto it = fields.find(name);
        return it == fields.end() ? std::string() : it->second;
    }
    /// "collect", "return" or "" by the service named in SenderDesc.
    std::string direction() const;
    /// The dossier code named in SenderDesc, else the order number without its suffix.
    std::string dossier() const;
};

/// A registration of a dossier that comes to a post office (PO-1).
struct Registered {
    Registered() = default;
    std::string order, customer, procedure_code, procedure_title;
    std::vector<std::string> elements;  // names of the papers to check
    int state = 0, creates = 0, updates = 0, repeats = 0;
    std::string raw;
};

}  // namespace sim::vnpost
