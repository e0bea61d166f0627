// The list of connectors: one row each.
#include "connectors/all.hpp"

#include "connectors/national_portal/connector.hpp"

namespace gw::connectors {

using connector_kit::ConnectorType;

std::span<const ConnectorType> all() {
    static const ConnectorType rows[] = {
        {.name = "national_portal",
         .summary = "National Public Service Portal, 2020 to 2025",
         .options = national_portal::option_rows(),
         .operations = national_portal::operations,
         .build = national_portal::build},
    };
    return rows;
}

const ConnectorType* find(std::string_view name) {
    for (const ConnectorType& row : all())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace gw::connectors
