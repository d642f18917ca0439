"""Annex A of OGC API – Features, Part 1 (17-069r4) and Part 2 (18-058r1): the id of every abstract test of the classes that
are claimed, and the test here that stands for it. HTML and GML are not claimed, so theirs are not here.
"""

from __future__ import annotations

CORE = {
    "http": "test_everything_is_http_1_1_with_its_own_state_codes",
    "crs84": "test_without_a_crs_everything_is_crs84",
    "root-op": "test_the_landing_page_leads_to_all",
    "root-success": "test_the_landing_page_leads_to_all",
    "api-definition-op": "test_the_definition_is_where_the_landing_page_says",
    "api-definition-success": "test_the_definition_is_where_the_landing_page_says",
    "conformance-op": "test_conformance_is_declared",
    "conformance-success": "test_conformance_is_declared",
    "fc-md-op": "test_all_collections_are_listed",
    "fc-md-success": "test_all_collections_are_listed",
    "fc-md-links": "test_the_list_links_to_itself",
    "fc-md-items": "test_the_list_tells_of_every_collection_what_it_tells_itself",
    "fc-md-items-links": "test_every_collection_links_to_its_items",
    "fc-md-extent": "test_every_collection_has_an_extent_that_holds_its_features",
    "sfc-md-op": "test_the_list_tells_of_every_collection_what_it_tells_itself",
    "sfc-md-success": "test_the_list_tells_of_every_collection_what_it_tells_itself",
    "fc-op": "test_every_collection_gives_its_features",
    "fc-response": "test_every_collection_gives_its_features",
    "fc-bbox-definition": "test_bbox_is_defined_as_the_standard_has_it",
    "fc-bbox-response": "test_a_bbox_gives_what_meets_it",
    "fc-limit-definition": "test_limit_is_defined_as_the_standard_has_it",
    "fc-limit-response": "test_a_limit_is_kept_and_capped_aloud",
    "fc-time-definition": "test_datetime_is_defined_as_the_standard_has_it",
    "fc-time-response": "test_a_datetime_gives_what_meets_it_and_what_has_no_time",
    "query-param-invalid": "test_a_bad_value_is_400",
    "query-param-unknown": "test_an_unknown_parameter_is_400_everywhere",
    "fc-links": "test_pages_link_to_themselves_and_their_neighbours",
    "fc-timeStamp": "test_the_time_stamp_is_now",
    "fc-numberMatched": "test_numbers_are_those_of_all_pages",
    "fc-numberReturned": "test_numbers_are_those_of_all_pages",
    "f-op": "test_every_feature_of_a_page_is_given_alone",
    "f-success": "test_every_feature_of_a_page_is_given_alone",
    "f-links": "test_a_feature_links_to_itself_and_its_collection",
}
GEOJSON = {
    "definition": "test_features_come_as_geojson",
    "content": "test_features_come_as_geojson",
}
OAS30 = {
    "completeness": "test_every_path_that_is_defined_answers_as_defined",
    "exceptions-codes": "test_every_operation_names_how_it_can_fail",
    "oas-definition-1": "test_the_definition_is_where_the_landing_page_says",
    "oas-definition-2": "test_the_definition_is_openapi_3_0",
    "oas-impl": "test_every_path_that_is_defined_answers_as_defined",
    "security": "test_the_token_is_in_the_definition_and_asked_for",
}
CRS = {
    "crs-uri": "test_every_crs_is_a_uri_of_the_ogc",
    "default-crs": "test_crs84_is_among_the_crs_and_comes_first",
    "storageCrs": "test_the_storage_crs_is_among_the_crs",
    "crs-parameter": "test_every_crs_is_given_and_named_in_the_header",
    "crs-parameter-default": "test_without_a_crs_everything_is_crs84",
    "crs-parameter-invalid": "test_a_crs_that_is_not_offered_is_400",
    "crs-parameter-transform": "test_outlines_are_the_same_ground_in_every_crs",
    "bbox-crs-parameter": "test_a_bbox_in_every_crs_gives_what_meets_it",
    "bbox-crs-parameter-default": "test_bbox_crs_is_crs84_unless_told",
    "bbox-crs-parameter-invalid": "test_a_crs_that_is_not_offered_is_400",
}
ABSTRACT_TESTS = {
    f"{part}/{name}": test
    for part, tests in (("core", CORE), ("geojson", GEOJSON), ("oas30", OAS30), ("crs", CRS))
    for name, test in tests.items()
}
"""Id below ``/conf/`` → name of the test in ``test_open_abstract``."""
