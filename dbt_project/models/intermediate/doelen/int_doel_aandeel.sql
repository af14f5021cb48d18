{{ config(materialized='view') }}

