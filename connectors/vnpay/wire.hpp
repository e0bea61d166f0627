// What the halves of VNPAY's codec share.
#pragma once

#include "connectors/vnpay/codec.hpp"

namespace gw::vnpay {

/// State and reason that a pair of codes means.
struct Meaning {
    std::string_view code, state, reason;
};
/// The transaction in `fields`, under this meaning: a fact's says without provider and source.
core::Document says_of(
    const Options& options, const Fields& fields, const Meaning& meaning, const std::string& code
);

std::string lower_case(std::string text);
/// "amount" of a payment or refund, in VND.
std::int64_t vnd_of(const core::Document& payment);
/// PY-1: the only conversion there is.
std::string times_100(std::int64_t vnd);

}  // namespace gw::vnpay
