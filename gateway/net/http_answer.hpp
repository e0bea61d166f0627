// The header block of an answer.
#pragma once

#include "gateway/ports/http.hpp"

#include <string>

namespace gw::net {

/// Status line, Date, Content-Length, the answer's own headers (those with line breaks are left
/// out), Connection.
std::string answer_head(const ports::InAnswer& answer, bool keep);
bool may_have_body(int status);

}  // namespace gw::net
