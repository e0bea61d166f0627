// The contract of every store. Include it once in a test program that has declared
// gw::test::StoreUnderTest.
#pragma once

#include "tests/contract/store_contract_accept.hpp"
#include "tests/contract/store_contract_claim.hpp"
#include "tests/contract/store_contract_lane.hpp"
#include "tests/contract/store_contract_line.hpp"
#include "tests/contract/store_contract_read.hpp"
#include "tests/contract/store_contract_recovery.hpp"
#include "tests/contract/store_contract_rotate.hpp"
#include "tests/contract/store_contract_share.hpp"
