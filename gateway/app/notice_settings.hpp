// How the province texts citizens, from the configuration.
#pragma once

#include "gateway/app/config.hpp"
#include "gateway/core/notice_commands.hpp"

namespace gw::app {

/// Throws std::runtime_error with every mistake in the hours and in the file of texts.
core::NoticeSettings read_notices(const Config& config);

}  // namespace gw::app
