// The page docs/errors.md: every problem code, written from the tables that answer with it.
#pragma once

#include <string>
#include <string_view>

namespace gw::api {

/// Markdown, with a line feed at the end.
std::string errors_page();
/// What the calling program or its operator does about a code, in English.
std::string_view remedy(std::string_view code);

}  // namespace gw::api
