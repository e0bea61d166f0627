// Whether a call and its answer are as the OpenAPI document says: a small reader of the JSON Schema
// that the document uses.
#pragma once

#include "gateway/core/document.hpp"

#include <string>
#include <string_view>

namespace gw::test {

/// What the document says against this call, "" when it fits. `status` of an answer that is no
/// refusal; bodies that are no JSON objects or lists are not looked at.
std::string openapi_fault(
    std::string_view method,
    std::string_view path,
    int status,
    const core::Document& request,
    const core::Document& answer
);

}  // namespace gw::test
