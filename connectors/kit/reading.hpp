// One whole exchange, understood: transport first, then the envelope, then the partner's table.
// Pure.
#pragma once

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/outcome.hpp"

#include <span>
#include <string>
#include <string_view>

namespace gw::connector_kit {

struct Reading {
    Reading() = default;
    Verdict verdict;
    core::Document result;  // innermost content
    std::string text;       // what the partner says in words; may name persons
};
struct Call {
    Call() = default;
    std::string service;  // name in answers.toml: "DongBoHoSoMC"
    Kind kind = Kind::read;
};
/// Of a partner that answers in JSON.
Reading read_json_answer(
    std::string_view partner,
    Envelope envelope,
    const mapping::Answers& answers,
    const Call& call,
    const ports::HttpResult& result,
    std::span<const TransportRule> own = {}
);

}  // namespace gw::connector_kit
