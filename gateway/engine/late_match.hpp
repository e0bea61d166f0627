// Matches tracking that came before its parcel was known (PO-11).
#pragma once

#include "gateway/ports/connector.hpp"
#include "gateway/ports/facts.hpp"
#include "gateway/ports/store.hpp"

#include <map>
#include <string>
#include <vector>

namespace gw::engine {

/// What a carrier told of an order that nobody knew is taken in as soon as a delivery has that
/// order number, or else that waybill. Money is never matched by itself: a person looks at it (E1).
class LateMatch : public ports::Job {
public:
    /// The references outlive this.
    LateMatch(ports::Store& store, ports::Facts& facts, core::Duration every)
        : store_(store), facts_(facts), every_(every) {}
    std::string_view name() const override { return "unmatched.match"; }
    core::Duration every() const override { return every_; }
    ports::Async<void> run(core::Instant now) override;

private:
    struct Kept {
        Kept() = default;
        core::Object object;
        core::Document body;
        std::string waybill;
        std::string ref;  // of the delivery it is about; "" = still nobody's
    };
    ports::Async<void> by_order(std::vector<Kept>* kept);
    ports::Async<void> by_waybill(std::vector<Kept>* kept, std::string agency);
    ports::Async<void> take_in(Kept kept, core::Instant now);

    ports::Store& store_;
    ports::Facts& facts_;
    core::Duration every_;
};

}  // namespace gw::engine
