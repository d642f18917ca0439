"""The abstract tests of OGC API – Features, Parts 1 and 2: ``abstract_tests`` says which test stands for which id."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import box, shape

from tests.support.open_case import CGCS2000, CRS84, PARCELS, WORKING, Client, OpenCase
from tests.web.abstract_tests import ABSTRACT_TESTS

FILLED = ("parcels", "pool_members", "plan_lines", "town", "homestead")
"""Collections that have rows here."""
ITEMS = "/ogc/collections/parcels/items"
GEOJSON = "application/geo+json"
BOX = (121.2041, 30.9313, 121.2052, 30.9321)
"""Around the first parcel, CRS84."""


def links(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {one["rel"]: one for one in document["links"]}


def ids(document: dict[str, Any]) -> list[str]:
    return [one["id"] for one in document["features"]]


def crs_of(uri: str) -> CRS:
    return CRS("OGC:CRS84") if uri == CRS84 else CRS(f"EPSG:{uri.rsplit('/', 1)[1]}")


@lru_cache
def to_crs84(uri: str) -> Transformer:
    return Transformer.from_crs(crs_of(uri), CRS("OGC:CRS84"), always_xy=False)


def in_crs84(geometry: dict[str, Any], uri: str) -> Any:
    """An outline in CRS84, read with the axes that the authority of its CRS gives."""
    to = to_crs84(uri)
    return shapely.transform(shape(geometry), lambda points: np.column_stack(to.transform(*points.T)))


def test_every_id_of_annex_a_has_a_test() -> None:
    here = vars(sys.modules[__name__])
    assert len(ABSTRACT_TESTS) == 51
    assert [one for one in ABSTRACT_TESTS.items() if not callable(here.get(one[1]))] == []


# ------------------------------------------------------------------------------------------------------------- core


def test_everything_is_http_1_1_with_its_own_state_codes(client: Client) -> None:
    states = {
        client.get("/ogc").status, client.get("/ogc/nowhere").status, client.get("/ogc/collections/nothing").status,
        client.get("/ogc", method="POST").status, client.get("/ogc", Accept="text/html").status,
    }  # fmt: skip
    assert states == {200, 404, 405, 406}
    assert client.get("/ogc", method="HEAD").text == ""


def test_without_a_crs_everything_is_crs84(client: Client) -> None:
    for key in FILLED:
        answer = client.get(f"/ogc/collections/{key}/items")
        assert answer.headers["Content-Crs"] == f"<{CRS84}>"
        for feature in answer.document["features"]:
            west, south, east, north = shape(feature["geometry"]).bounds
            assert 121.1 < west < east < 121.3
            assert 30.8 < south < north < 31.0


def test_the_landing_page_leads_to_all(client: Client) -> None:
    for path in ("/ogc", "/ogc/"):
        answer = client.get(path)
        assert (answer.status, answer.headers.get_content_type()) == (200, "application/json")
        found = links(answer.document)
        assert set(found) == {"self", "service-desc", "conformance", "data"}
        for one in found.values():
            assert client.get(one["href"], Accept=one["type"]).status == 200
        assert "农村集体经营性建设用地" in answer.document["title"]


def test_the_definition_is_where_the_landing_page_says(client: Client) -> None:
    link = links(client.get("/ogc").document)["service-desc"]
    answer = client.get(link["href"], Accept=link["type"])
    assert answer.status == 200
    assert answer.headers["Content-Type"] == link["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.document["servers"] == [{"url": f"{client.address}/ogc"}]


def test_conformance_is_declared(client: Client) -> None:
    answer = client.get("/ogc/conformance")
    assert answer.status == 200
    told = set(answer.document["conformsTo"])
    assert {
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson")
    } < told
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in told
    assert not [one for one in told if "html" in one or "features-4" in one]


def test_all_collections_are_listed(client: Client) -> None:
    answer = client.get("/ogc/collections")
    assert answer.status == 200
    listed = {one["id"]: one for one in answer.document["collections"]}
    assert set(FILLED) < set(listed)
    assert "orthophoto" not in listed  # a layer of rasters has no features
    for one in listed.values():
        assert one["crs"][0] == CRS84
        assert one["itemType"] == "feature"
        assert re.search(r"[\u4e00-\u9fff]", one["title"])


def test_the_list_links_to_itself(client: Client) -> None:
    document = client.get("/ogc/collections").document
    assert links(document)["self"]["type"] == "application/json"
    assert client.get(links(document)["self"]["href"]).document == document


def test_the_list_tells_of_every_collection_what_it_tells_itself(client: Client) -> None:
    for listed in client.get("/ogc/collections").document["collections"]:
        answer = client.get(f"/ogc/collections/{listed['id']}")
        assert (answer.status, answer.document) == (200, listed)
        assert {"id", "title", "description", "extent", "links", "crs", "storageCrs"} <= set(listed)


def test_every_collection_links_to_its_items(client: Client) -> None:
    for listed in client.get("/ogc/collections").document["collections"]:
        found = [one for one in listed["links"] if one["rel"] == "items"]
        assert [one["type"] for one in found] == [GEOJSON]
        assert not [one for one in listed["links"] if "html" in one["type"] or "ld+json" in one["type"]]
        answer = client.get(found[0]["href"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, GEOJSON)


def test_every_collection_has_an_extent_that_holds_its_features(client: Client) -> None:
    for key in FILLED:
        spatial = client.get(f"/ogc/collections/{key}").document["extent"]["spatial"]
        assert spatial["crs"] == CRS84
        ground = box(*spatial["bbox"][0])
        features = client.get(f"/ogc/collections/{key}/items").document["features"]
        assert features
        assert all(ground.covers(shape(one["geometry"])) for one in features)


def test_every_collection_gives_its_features(client: Client) -> None:
    for key in FILLED:
        document = client.get(f"/ogc/collections/{key}/items").document
        assert document["type"] == "FeatureCollection"
        assert document["features"]
        declared = client.get(f"/ogc/collections/{key}/queryables").document["properties"]
        for feature in document["features"]:
            assert feature["type"] == "Feature"
            assert set(feature["properties"]) | {"geometry"} == set(declared)


def parameters(client: Client, path: str = "/collections/parcels/items") -> dict[str, dict[str, Any]]:
    """Parameters of the features as defined, with what they refer to."""
    api = client.get("/ogc/api").document
    named = api["components"]["parameters"]
    told = [
        named[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
        for one in api["paths"][path]["get"]["parameters"]
    ]
    return {one["name"]: one for one in told}


def test_bbox_is_defined_as_the_standard_has_it(client: Client) -> None:
    told = parameters(client)["bbox"]
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert told["schema"]["type"] == "array"
    assert told["schema"]["items"] == {"type": "number"}
    assert [one["minItems"] for one in told["schema"]["oneOf"]] == [4, 6]


def test_a_bbox_gives_what_meets_it(client: Client) -> None:
    assert ids(client.get(f"{ITEMS}?bbox={','.join(map(str, BOX))}").document) == ["SJ-001"]
    west, south, east, north = BOX
    assert ids(client.get(f"{ITEMS}?bbox={west},{south},-50,{east},{north},900").document) == ["SJ-001"]
    assert len(ids(client.get(f"{ITEMS}?bbox=-180,-90,180,90").document)) == PARCELS
    assert ids(client.get(f"{ITEMS}?bbox=-10,-10,10,10").document) == []
    over_the_date_line = client.get(f"{ITEMS}?bbox=121.2150,30,-170,32").document
    assert ids(over_the_date_line) == ["SJ-011", "SJ-012"]


def test_limit_is_defined_as_the_standard_has_it(client: Client) -> None:
    told = parameters(client)["limit"]
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert told["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}


def test_a_limit_is_kept_and_capped_aloud(client: Client) -> None:
    assert len(ids(client.get(f"{ITEMS}?limit=5").document)) == 5
    above = client.get(f"{ITEMS}?limit=5000")
    assert above.status == 200
    assert len(ids(above.document)) == PARCELS
    assert "1000" in above.document["notice"]
    assert "notice" not in client.get(f"{ITEMS}?limit=1000").document


def test_datetime_is_defined_as_the_standard_has_it(client: Client) -> None:
    told = parameters(client)["datetime"]
    assert (told["in"], told["required"], told["style"], told["explode"]) == ("query", False, "form", False)
    assert told["schema"] == {"type": "string"}


def test_a_datetime_gives_what_meets_it_and_what_has_no_time(client: Client) -> None:
    moment = client.get(f"{ITEMS}/SJ-001").document["properties"]["recorded_at"]
    day = moment[:10]
    for period in (
        moment,
        f"{moment}/..",
        f"../{moment}",
        f"/{moment}",
        day,
        f"{day}/{day}",
        "2020-01-01T00:00:00Z/..",
    ):
        assert "SJ-001" in ids(client.get(f"{ITEMS}?datetime={quote(period)}").document), period
    for period in ("2020-01-01", "../2020-01-01T00:00:00Z", "2099-01-01/.."):
        assert ids(client.get(f"{ITEMS}?datetime={quote(period)}").document) == [], period
    timeless = client.get("/ogc/collections/town/items?datetime=1999-01-01").document
    assert timeless["numberMatched"] == 2  # the release states no first day in force
    assert client.get(f"{ITEMS}?datetime=../..").document["numberMatched"] == PARCELS


def test_a_bad_value_is_400(client: Client) -> None:
    for query in ("limit=x", "bbox=1,2", "datetime=soon", "version=one", "crs=EPSG:4490", "filter=((", "offset=-1"):
        assert client.get(f"{ITEMS}?{query}").status == 400, query


def test_an_unknown_parameter_is_400_everywhere(client: Client) -> None:
    for path in (
        "/ogc", "/ogc/api", "/ogc/conformance", "/ogc/collections", "/ogc/collections/parcels", ITEMS, f"{ITEMS}/SJ-001",
        "/ogc/collections/parcels/queryables", "/ogc/collections/parcels/schema",
    ):  # fmt: skip
        assert client.get(path).status == 200, path
        assert client.get(f"{path}?unbekannt=1").status == 400, path


def test_pages_link_to_themselves_and_their_neighbours(client: Client) -> None:
    asked = f"{ITEMS}?limit=5&district=songjiang&filter={quote('planar_m2 > 1')}&crs={quote(WORKING, safe='')}"
    seen: list[str] = []
    page = client.get(asked)
    while True:
        document = page.document
        found = links(document)
        assert client.get(found["self"]["href"]).document["features"] == document["features"]
        assert page.headers["Content-Crs"] == f"<{WORKING}>"
        assert found["self"]["type"] == GEOJSON
        assert ("prev" in found) == bool(seen)
        seen += ids(document)
        if "next" not in found:
            break
        page = client.get(found["next"]["href"])
    assert seen == [f"SJ-{n:03d}" for n in range(1, PARCELS + 1)]
    assert ids(client.get(found["prev"]["href"]).document) == seen[5:10]
    assert "next" not in links(client.get(f"{ITEMS}?limit={PARCELS}").document)


def test_the_time_stamp_is_now(client: Client) -> None:
    stamp = datetime.fromisoformat(client.get(ITEMS).document["timeStamp"])
    assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=1)


def test_numbers_are_those_of_all_pages(client: Client) -> None:
    document = client.get(f"{ITEMS}?limit=5&offset=10").document
    assert (document["numberMatched"], document["numberReturned"], len(document["features"])) == (PARCELS, 2, 2)
    filtered = client.get(f"{ITEMS}?parcel_id=SJ-003").document
    assert (filtered["numberMatched"], filtered["numberReturned"]) == (1, 1)


def test_every_feature_of_a_page_is_given_alone(client: Client) -> None:
    for key in FILLED:
        for feature in client.get(f"/ogc/collections/{key}/items?limit=3").document["features"]:
            answer = client.get(f"/ogc/collections/{key}/items/{quote(feature['id'])}")
            assert (answer.status, answer.headers["Content-Type"]) == (200, GEOJSON)
            assert {name: answer.document[name] for name in feature} == feature
    assert client.get(f"{ITEMS}/SJ-999").status == 404


def test_a_feature_links_to_itself_and_its_collection(client: Client) -> None:
    for key, name in (("parcels", "SJ-001"), ("town", "2026-01/town 2")):
        document = client.get(f"/ogc/collections/{key}/items/{quote(name)}").document
        found = links(document)
        assert found["self"]["type"] == GEOJSON
        assert " " not in found["self"]["href"]
        assert client.get(found["self"]["href"]).document == document
        assert client.get(found["collection"]["href"]).document["id"] == key


# ------------------------------------------------------------------------------------------------- GeoJSON, OpenAPI


def test_features_come_as_geojson(client: Client) -> None:
    for key in FILLED:
        answer = client.get(f"/ogc/collections/{key}/items", Accept=GEOJSON)
        assert answer.headers["Content-Type"] == GEOJSON
        for feature in answer.document["features"]:
            outline = shape(feature["geometry"])
            assert outline.geom_type == "MultiPolygon"
            assert outline.is_valid
            assert all(part.exterior.is_ccw for part in outline.geoms)  # as RFC 7946 has it
            assert isinstance(feature["properties"], dict)


def test_every_path_that_is_defined_answers_as_defined(client: Client) -> None:
    paths = client.get("/ogc/api").document["paths"]
    assert len(paths) > 60
    for path, operations in paths.items():
        assert set(operations) == {"get"}
        if "{featureId}" not in path and path.split("/")[-1] != "items":
            answer = client.get(f"/ogc{path}")
            assert answer.status == 200
            assert answer.headers["Content-Type"] in operations["get"]["responses"]["200"]["content"], path
    features = paths["/collections/parcels/items/{featureId}"]["get"]["responses"]["200"]
    assert client.get(f"{ITEMS}/SJ-001").headers["Content-Type"] in features["content"]


def test_every_operation_names_how_it_can_fail(client: Client) -> None:
    for operations in client.get("/ogc/api").document["paths"].values():
        assert {"200", "400", "401", "403", "406", "500"} <= set(operations["get"]["responses"])
    assert client.get(f"{ITEMS}?limit=0").document.keys() == {"code", "description"}


def test_the_definition_is_openapi_3_0(client: Client) -> None:
    api = client.get("/ogc/api").document
    assert api["openapi"].startswith("3.0.")
    assert {"title", "version"} <= set(api["info"])
    operations = [one["get"] for one in api["paths"].values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    for found in re.findall(r'"\$ref":"(.*?)"', client.get("/ogc/api").text):
        place: Any = api
        assert found.startswith("#/")  # nothing to fetch from elsewhere
        for part in found[2:].split("/"):
            place = place[part]
    for path, one in api["paths"].items():
        named = {part["$ref"].rsplit("/", 1)[1] for part in one["get"]["parameters"] if "$ref" in part}
        assert ("featureId" in named) == ("{featureId}" in path)


def test_the_token_is_in_the_definition_and_asked_for(client: Client, case: OpenCase) -> None:
    api = client.get("/ogc/api").document
    assert api["security"] == [{"token": []}]
    told = api["components"]["securitySchemes"]["token"]
    assert (told["type"], told["scheme"]) == ("http", "bearer")
    refused = case.client(None).get("/ogc")
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="landgis"')


# -------------------------------------------------------------------------------------------------------------- crs


def test_every_crs_is_a_uri_of_the_ogc(client: Client) -> None:
    for listed in client.get("/ogc/collections").document["collections"]:
        assert listed["crs"] == [CRS84, CGCS2000, WORKING]
        for uri in (*listed["crs"], listed["storageCrs"]):
            assert re.fullmatch(r"http://www\.opengis\.net/def/crs/(EPSG/0/\d+|OGC/1\.3/CRS84)", uri)
            assert urlsplit(uri).scheme == "http"


def test_crs84_is_among_the_crs_and_comes_first(client: Client) -> None:
    for listed in client.get("/ogc/collections").document["collections"]:
        assert listed["crs"][0] == CRS84
        assert client.get(f"/ogc/collections/{listed['id']}").document["crs"][0] == CRS84


def test_the_storage_crs_is_among_the_crs(client: Client) -> None:
    for listed in client.get("/ogc/collections").document["collections"]:
        assert listed["storageCrs"] == WORKING
        assert listed["storageCrs"] in listed["crs"]


@pytest.mark.parametrize("uri", [CRS84, CGCS2000, WORKING])
def test_every_crs_is_given_and_named_in_the_header(client: Client, uri: str) -> None:
    for key in FILLED:
        page = client.get(f"/ogc/collections/{key}/items?crs={uri}")
        assert (page.status, page.headers["Content-Crs"]) == (200, f"<{uri}>")
        one = client.get(f"/ogc/collections/{key}/items/{quote(ids(page.document)[0])}?crs={uri}")
        assert (one.status, one.headers["Content-Crs"]) == (200, f"<{uri}>")
        assert one.document["geometry"] == page.document["features"][0]["geometry"]


@pytest.mark.parametrize("uri", ["EPSG:4490", "http://www.opengis.net/def/crs/EPSG/0/4326", "", "#/crs", CRS84 + "h"])
def test_a_crs_that_is_not_offered_is_400(client: Client, uri: str) -> None:
    for query in (f"?crs={quote(uri)}", f"/SJ-001?crs={quote(uri)}", f"?bbox=1,2,3,4&bbox-crs={quote(uri)}"):
        assert client.get(ITEMS + query).status == 400, query


@pytest.mark.parametrize("uri", [CGCS2000, WORKING])
def test_outlines_are_the_same_ground_in_every_crs(client: Client, uri: str) -> None:
    """The axes are those of the authority: latitude before longitude, northing before easting."""
    for key in FILLED:
        plain = client.get(f"/ogc/collections/{key}/items").document["features"]
        there = client.get(f"/ogc/collections/{key}/items?crs={uri}").document["features"]
        assert [one["id"] for one in there] == [one["id"] for one in plain]
        for one, other in zip(plain, there, strict=True):
            assert in_crs84(other["geometry"], uri).hausdorff_distance(shape(one["geometry"])) < 2e-9
    north, east = client.get(f"{ITEMS}/SJ-001?crs={WORKING}").document["geometry"]["coordinates"][0][0][0]
    assert (north, east) == (3_424_000, 615_180)


@pytest.mark.parametrize("uri", [CRS84, CGCS2000, WORKING])
def test_a_bbox_in_every_crs_gives_what_meets_it(client: Client, uri: str) -> None:
    to = Transformer.from_crs(CRS("OGC:CRS84"), crs_of(uri), always_xy=False)
    south_west, north_east = to.transform(*BOX[:2]), to.transform(*BOX[2:])
    asked = ",".join(f"{number:.10f}" for number in (*south_west, *north_east))
    document = client.get(f"{ITEMS}?bbox={asked}&bbox-crs={uri}&crs={uri}").document
    assert ids(document) == ["SJ-001"]
    assert box(*south_west, *north_east).intersects(shape(document["features"][0]["geometry"]))


def test_bbox_crs_is_crs84_unless_told(client: Client) -> None:
    asked = f"{ITEMS}?bbox={','.join(map(str, BOX))}"
    assert ids(client.get(asked).document) == ids(client.get(f"{asked}&bbox-crs={CRS84}").document) == ["SJ-001"]
    assert client.get(f"{ITEMS}?bbox-crs={CRS84}").status == 400  # of what?
