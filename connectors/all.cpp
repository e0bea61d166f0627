// The list of connectors: one row each.
#include "connectors/all.hpp"

#include "connectors/national_platform/connector.hpp"
#include "connectors/national_portal/connector.hpp"
#include "connectors/population/connector.hpp"
#include "connectors/population/operations.hpp"
#include "connectors/sms_viettel/connector.hpp"
#include "connectors/vnpay/connector.hpp"
#include "connectors/vnpost/connector.hpp"
#include "connectors/zalo/connector.hpp"

namespace gw::connectors {

using connector_kit::ConnectorType;

std::span<const ConnectorType> all() {
    static const ConnectorType rows[] = {
        {.name = "national_portal",
         .summary = "National Public Service Portal, 2020 to 2025",
         .options = national_portal::option_rows(),
         .operations = national_portal::operations,
         .build = national_portal::build},
        {.name = "national_platform",
         .summary = "National payment platform 1.0.6: payments, notices, receipts",
         .options = national_platform::option_rows(),
         .operations = national_platform::operations,
         .build = national_platform::build},
        {.name = "population",
         .summary = "National population database: questions with a licence",
         .options = population::option_rows(),
         .operations = population::operations,
         .build = population::build},
        {.name = "sms_viettel",
         .summary = "SMS by Viettel: texts to citizens",
         .options = sms_viettel::option_rows(),
         .operations = sms_viettel::operations,
         .build = sms_viettel::build},
        {.name = "vnpay",
         .summary = "VNPAY 2.1.0: payment page, notices, queries, refunds",
         .options = vnpay::option_rows(),
         .operations = vnpay::operations,
         .build = vnpay::build},
        {.name = "vnpost",
         .summary = "Public post: orders, tracking, prices",
         .options = vnpost::option_rows(),
         .operations = vnpost::operations,
         .build = vnpost::build},
        {.name = "zalo",
         .summary = "Zalo notices (ZNS): texts to citizens, delivery events",
         .options = zalo::option_rows(),
         .operations = zalo::operations,
         .build = zalo::build},
    };
    return rows;
}

const ConnectorType* find(std::string_view name) {
    for (const ConnectorType& row : all())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace gw::connectors
