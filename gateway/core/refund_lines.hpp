// Refund lines of a day file and the refunds they are about. Used by payment_match.cpp only.
#pragma once

#include "gateway/core/payment_match.hpp"

#include <set>
#include <string>
#include <vector>

namespace gw::core {

/// A REFUND line by which nothing went back.
bool is_failed_refund(const ProviderLine& line);
/// Two officers wanted it, and it was not refused.
bool was_approved(const MatchPayment::Refund& refund);

class RefundLines {
public:
    /// The payments outlive this.
    explicit RefundLines(const std::vector<MatchPayment>& payments) : payments_(payments) {}
    /// The payment that the line names; nullptr: none.
    const MatchPayment* payment_of(const ProviderLine& line) const;
    /// The refund of the line: by the number it was confirmed with, else by amount. One that was
    /// taken is not found again; nullptr: none.
    const MatchPayment::Refund* find(const MatchPayment& payment, const ProviderLine& line) const;
    void take(const MatchPayment::Refund& refund) { taken_.insert(&refund); }
    bool is_taken(const MatchPayment::Refund& refund) const { return taken_.count(&refund) > 0; }
    /// True when a line of this number was here before.
    bool is_repeated(const MatchPayment& payment, const ProviderLine& line);

private:
    const std::vector<MatchPayment>& payments_;
    std::set<const MatchPayment::Refund*> taken_;
    std::set<std::string> numbers_;
};

}  // namespace gw::core
