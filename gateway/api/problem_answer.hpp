// Problem documents (contract, section 4) from what went wrong.
#pragma once

#include "gateway/api/call.hpp"
#include "gateway/core/problem.hpp"

#include <string_view>

namespace gw::api {

/// The answer for a refused command. Findings with `request.unknown_field` decide over
/// `validation.failed`.
/// `status`: instead of the one that belongs to the code; 0 = that one.
Reply refuse(const Call& call, const core::Problem& problem, int status = 0);
/// `detail`: English, without personal data; of request.parameter it begins with the name of the
/// parameter.
Reply refuse(const Call& call, std::string_view code, std::string_view detail = "");
/// 429 with the time until the next call passes.
Reply refuse_rate(const Call& call, core::Duration wait);
/// The same refusal; its repeat may succeed after `wait` only.
Reply repeat_after(Reply refusal, core::Duration wait);
/// One faulty field: 422 validation.failed.
Reply refuse_field(const Call& call, core::Finding finding);
/// The refusal of a body that is not as the schema says, with every faulty field; or nullopt.
/// Texts of the body are normalised.
std::optional<Reply> check_body(const Call& call, core::Document& body, std::string_view schema);
/// What the store or the blob store could not do: 503 with the reason, 409, 404.
Reply refuse(const Call& call, const core::Error& error);
/// One entry of errors[].
core::Document finding_json(const core::Finding& finding);
/// HTTP status of a code; 500 when it is not in the catalogue.
int http_status(std::string_view code);

}  // namespace gw::api
