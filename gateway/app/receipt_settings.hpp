// The options of [receipts.*]: rolls of receipt numbers of the office's own.
#pragma once

#include "gateway/app/config.hpp"
#include "gateway/app/options.hpp"
#include "gateway/core/receipt.hpp"

#include <vector>

namespace gw::app {

std::vector<OptionRow> receipt_options();
/// Throws std::runtime_error with what is wrong.
std::vector<core::ReceiptRoll> read_receipt_rolls(const Config& config);

}  // namespace gw::app
