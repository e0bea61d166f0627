// Reads the rolls of receipt numbers.
#include "gateway/app/receipt_settings.hpp"

#include <stdexcept>

namespace gw::app {

std::vector<OptionRow> receipt_options() {
    using enum OptionType;
    return {
        {"receipts.*.units",
         texts,
         "",
         false,
         "codes of the units that give out numbers of this roll; unset = all",
         "Mã các đơn vị dùng dải biên lai này"},
        {"receipts.*.providers",
         texts,
         "vnpay",
         false,
         "providers whose payments get their receipts from this roll",
         "Kênh thanh toán được cấp biên lai từ dải này"},
        {"receipts.*.form", text, "", true, "form of the receipts (01BLP0-001)", "Mẫu số biên lai"},
        {"receipts.*.series", text, "", true, "series (AA26E)", "Ký hiệu biên lai"},
        {"receipts.*.first", integer, "1", false, "first number", "Số đầu của dải", true, {1}},
        {"receipts.*.last", integer, "", true, "last number", "Số cuối của dải", true, {1}},
        {"receipts.*.issuer_name", text, "", true, "name of who collects", "Tên đơn vị thu"},
        {"receipts.*.tax_code", text, "", false, "tax code of who collects", "Mã số thuế đơn vị"},
    };
}

std::vector<core::ReceiptRoll> read_receipt_rolls(const Config& config) {
    std::vector<core::ReceiptRoll> rolls;
    for (const std::string& name : config.names("receipts")) {
        const std::string at = "receipts." + name + ".";
        core::ReceiptRoll roll;
        roll.units = config.texts(at + "units");
        roll.providers = config.texts(at + "providers");
        roll.form = config.text(at + "form");
        roll.series = config.text(at + "series");
        roll.first = config.integer(at + "first");
        roll.last = config.integer(at + "last");
        roll.issuer_name = config.text(at + "issuer_name");
        roll.tax_code = config.text(at + "tax_code");
        if (roll.last < roll.first)
            throw std::runtime_error(at + "last: smaller than " + at + "first");
        rolls.push_back(std::move(roll));
    }
    return rolls;
}

}  // namespace gw::app
