// One value between its canonical and its wire form.
#pragma once

#include "gateway/mapping/compiled.hpp"

namespace gw::mapping {

/// Why a value could not be turned: code and remedy. Never holds the value, except an unmapped code
/// that is not personal.
struct Refusal {
    core::Advice advice = core::Advice::give_up;
    std::string code, what;
};
struct Turned {
    std::optional<core::Document> value;
    Refusal refusal;
};
/// Canonical to wire: text, or the JSON form that the field asks for.
Turned to_wire(const CompiledField& field, const core::Document& value, core::Day day);
/// Wire to canonical.
Turned to_canonical(const CompiledField& field, const core::Document& value, core::Day day);

}  // namespace gw::mapping
