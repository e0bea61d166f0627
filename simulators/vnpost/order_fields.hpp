// What an order must look like: the fields of the interface, flat or nested, and the post's areas.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/vnpost/options.hpp"

#include <map>
#include <string>

namespace sim::vnpost {

/// An order as it came, nested objects flattened: Sender.Province becomes SenderProvince.
struct OrderForm {
    OrderForm() = default;
    std::map<std::string, const kit::Json*> values;  // into the document that was read
    std::map<std::string, std::string> texts;
    std::string text(const std::string& name) const {
        auto it = texts.find(name);
        return it == texts.end() ? std::string() : it->second;
    }
};
OrderForm order_form(const kit::Json& body);

/// "" = good; else the text the post refuses it with.
std::string wrong_field(const OrderForm& form, bool with_waybill);

/// Whether the post's list has that area, by the set of areas it works with now.
bool area_known(const Options& options, AreaSet set, long long province, long long district);

}  // namespace sim::vnpost
